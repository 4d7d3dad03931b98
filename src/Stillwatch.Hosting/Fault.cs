namespace Stillwatch.Hosting;

/// <summary>A failure that can be switched on while a deployment runs, to try out what the configuration says about it.</summary>
public enum Fault
{
    /// <summary>The journal gets no disk space.</summary>
    DiskFull,

    /// <summary>The data keys cannot be used.</summary>
    VaultGone,

    /// <summary>The accounts cannot be asked.</summary>
    StoreGone,

    /// <summary>The watch reads nothing.</summary>
    WatchDead,

    /// <summary>Memory is nearly used up.</summary>
    MemoryShort,
}
