namespace Stillwatch.Hosting;

/// <summary>Switches failures on and off. Thread-safe.</summary>
public sealed class FaultSwitches : IFaults
{
    private int _on; // a bit a failure

    /// <inheritdoc/>
    public bool Has(Fault fault) => (Volatile.Read(ref _on) & 1 << (int)fault) != 0;

    /// <summary>Switches <paramref name="fault"/> on or off.</summary>
    public void Set(Fault fault, bool on)
    {
        if (on)
        {
            Interlocked.Or(ref _on, 1 << (int)fault);
        }
        else
        {
            Interlocked.And(ref _on, ~(1 << (int)fault));
        }
    }

    /// <summary>The failure that the console's API calls <paramref name="name"/>, such as "disk-full"; null where there is none.</summary>
    public static Fault? Named(string name) =>
        name switch
        {
            "disk-full" => Fault.DiskFull,
            "vault-gone" => Fault.VaultGone,
            "store-gone" => Fault.StoreGone,
            "watch-dead" => Fault.WatchDead,
            "memory-short" => Fault.MemoryShort,
            _ => null,
        };
}
