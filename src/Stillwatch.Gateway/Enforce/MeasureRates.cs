using System.Collections.Concurrent;
using Stillwatch.Gateway.Admit;

namespace Stillwatch.Gateway.Enforce;

/// <summary>Requests a minute of accounts that a measure restricts. Safe for use from many threads.</summary>
internal sealed class MeasureRates(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Holder> _buckets = new(StringComparer.Ordinal);

    /// <summary>Takes a request of <paramref name="account"/>.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="perMinute">How many it may send a minute.</param>
    /// <returns>0 where it was taken; elsewhere seconds after which the next is.</returns>
    public double TryTake(string account, int perMinute)
    {
        var holder = _buckets.GetOrAdd(account, static _ => new());
        lock (holder)
        {
            var left = holder.Bucket.Left(perMinute, clock.GetTimestamp(), clock.TimestampFrequency);
            if (left >= 1)
            {
                holder.Bucket.Take(1);
                return 0;
            }

            return Math.Max(0.001, (1 - left) * 60 / perMinute);
        }
    }

    private sealed class Holder
    {
        public Bucket Bucket;
    }
}
