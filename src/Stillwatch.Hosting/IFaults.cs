namespace Stillwatch.Hosting;

/// <summary>Which failures are switched on. What can fail asks it where it would fail; thread-safe.</summary>
public interface IFaults
{
    /// <summary>Whether <paramref name="fault"/> is switched on.</summary>
    bool Has(Fault fault);
}
