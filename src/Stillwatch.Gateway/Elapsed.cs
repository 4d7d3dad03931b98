namespace Stillwatch.Gateway;

/// <summary>Time between two timestamps of a clock.</summary>
internal static class Elapsed
{
    /// <summary>Whole milliseconds from one timestamp to another, at most what an <see cref="int"/> holds.</summary>
    public static int Milliseconds(this TimeProvider clock, long from, long to) =>
        (int)Math.Min(int.MaxValue, clock.GetElapsedTime(from, to).TotalMilliseconds);
}
