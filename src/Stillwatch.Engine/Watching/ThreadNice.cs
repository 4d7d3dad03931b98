using System.Runtime.InteropServices;

namespace Stillwatch.Engine.Watching;

/// <summary>Lowers the calling thread's share of the processor. The runtime's thread priorities do nothing on Linux.</summary>
internal static partial class ThreadNice
{
    private const int Process = 0,
        Niceness = 10;

    /// <summary>Lowers it; where the system does not let it, nothing changes.</summary>
    public static void Lower() => _ = setpriority(Process, 0, Niceness); // on Linux a process number of 0 means the calling thread

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setpriority(int which, int who, int priority);
}
