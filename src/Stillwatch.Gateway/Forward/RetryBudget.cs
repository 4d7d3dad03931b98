namespace Stillwatch.Gateway.Forward;

/// <summary>
/// How many requests may still be sent again: each request adds a share of one, each retry takes one. Safe for use from many threads.
/// </summary>
internal sealed class RetryBudget
{
    private const long One = 1000,
        Most = 100 * One;

    private long _left = 10 * One;

    /// <summary>Counts a request.</summary>
    /// <param name="share">What it adds, 0 to 1.</param>
    public void Add(double share)
    {
        if (Volatile.Read(ref _left) < Most)
        {
            Interlocked.Add(ref _left, (long)(share * One));
        }
    }

    /// <summary>Takes one retry.</summary>
    /// <returns>Whether one was left.</returns>
    public bool TryTake()
    {
        while (true)
        {
            var left = Volatile.Read(ref _left);
            if (left < One)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _left, left - One, left) == left)
            {
                return true;
            }
        }
    }
}
