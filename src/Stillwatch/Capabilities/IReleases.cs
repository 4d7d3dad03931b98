namespace Stillwatch.Capabilities;

/// <summary>Where the gateway finds what is released to whom. Reading it takes no lock.</summary>
public interface IReleases
{
    /// <summary>The register as of now.</summary>
    ReleaseRegister Register { get; }
}
