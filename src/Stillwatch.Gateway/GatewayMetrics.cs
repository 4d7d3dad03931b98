using System.Collections.Concurrent;

namespace Stillwatch.Gateway;

/// <summary>What the gateway counts. Fields only grow; readers take them as they are.</summary>
public sealed class GatewayMetrics
{
    /// <summary>Upper bounds of the buckets of times, in seconds, after OpenTelemetry's GenAI conventions.</summary>
    public static IReadOnlyList<double> Bounds { get; } = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

    /// <summary>Exchanges by outcome, then by status class.</summary>
    internal readonly long[] Outcomes = new long[5];

    /// <summary>Times to the end and to the first byte.</summary>
    internal readonly long[] Durations = new long[15], FirstBytes = new long[15];

    internal long DurationSum, FirstByteSum, InputTokens, OutputTokens, Unrecorded, FailedOver, Bytes;

    internal readonly ConcurrentDictionary<string, long> Refusals = new(StringComparer.Ordinal);

    internal readonly ConcurrentDictionary<string, long> Policies = new(StringComparer.Ordinal);

    internal void Refused(string reason) => Refusals.AddOrUpdate(reason, 1, static (_, count) => count + 1);

    internal void Policy(string cause, string what) => Policies.AddOrUpdate(cause + "\"," + "action=\"" + what, 1, static (_, count) => count + 1);

    internal static void Time(long[] buckets, ref long sum, double seconds)
    {
        var i = 0;
        while (i < Bounds.Count && seconds > Bounds[i])
        {
            i++;
        }

        Interlocked.Increment(ref buckets[i]);
        Interlocked.Add(ref sum, (long)(seconds * 1e6));
    }
}
