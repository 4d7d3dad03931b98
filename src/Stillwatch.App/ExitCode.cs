namespace Stillwatch.App;

/// <summary>What a verb ends with.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Done, and something did not hold.</summary>
    public const int DidNotHold = 1;

    /// <summary>The input or the arguments could not be used.</summary>
    public const int Unusable = 2;

    /// <summary>Ctrl-C before it was done, as shells have it.</summary>
    public const int Interrupted = 130;
}
