namespace Stillwatch.Accounts;

/// <summary>Where a host finds the present directory. Reading it takes no lock.</summary>
public interface IAccountDirectory
{
    /// <summary>The directory as of now; replaced as a whole when something changes.</summary>
    AccountDirectory Current { get; }

    /// <summary>Seconds since the store behind it last answered; what grows here is an outage.</summary>
    double SecondsSinceAnswer { get; }
}
