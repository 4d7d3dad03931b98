namespace Stillwatch.Hosting;

/// <summary>No failure is switched on.</summary>
public sealed class NoFaults : IFaults
{
    private NoFaults() { }

    /// <summary>The one.</summary>
    public static NoFaults Instance { get; } = new();

    /// <inheritdoc/>
    public bool Has(Fault fault) => false;
}
