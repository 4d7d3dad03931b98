namespace Stillwatch.Gateway.Admit;

/// <summary>A token bucket: it holds a minute's allowance and refills evenly. Guarded by its meter's lock.</summary>
internal struct Bucket
{
    private double _used;
    private long _at;

    /// <summary>What is left of <paramref name="perMinute"/> at <paramref name="now"/>.</summary>
    /// <param name="perMinute">The allowance; 0 for none.</param>
    /// <param name="now">A timestamp of the clock.</param>
    /// <param name="frequency">Its ticks a second.</param>
    public double Left(long perMinute, long now, long frequency)
    {
        if (now > _at)
        {
            _used = Math.Max(0, _used - (double)(now - _at) / frequency * perMinute / 60);
            _at = now;
        }

        return perMinute - _used;
    }

    /// <summary>Takes <paramref name="amount"/>, or gives back where it is negative.</summary>
    public void Take(double amount) => _used = Math.Max(0, _used + amount);
}
