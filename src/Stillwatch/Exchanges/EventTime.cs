namespace Stillwatch.Exchanges;

/// <summary>A moment read from the event itself, in microseconds since the Unix epoch. Never from a clock.</summary>
public readonly record struct EventTime(long Micros) : IComparable<EventTime>
{
    /// <summary>One second, the length of a tick, in microseconds.</summary>
    public const long Second = 1_000_000;

    /// <summary>One hour, in microseconds.</summary>
    public const long Hour = 3600 * Second;

    /// <summary>One day, in microseconds.</summary>
    public const long Day = 24 * Hour;

    private static readonly long First = (DateTimeOffset.MinValue - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
    private static readonly long Last = (DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The tick this moment falls in: whole seconds since the epoch.</summary>
    public long Tick => Window(Second);

    /// <summary>The absolute window this moment falls in. Windows start at the epoch, so that every shard cuts time alike.</summary>
    public long Window(long widthMicros) => Math.DivRem(Micros, widthMicros) is var (q, r) && r < 0 ? q - 1 : q;

    /// <inheritdoc/>
    public int CompareTo(EventTime other) => Micros.CompareTo(other.Micros);

    /// <summary>RFC 3339, UTC, milliseconds. What lies outside the years 1 to 9999 is told as the first or last moment of them.</summary>
    public override string ToString() =>
        DateTimeOffset
            .UnixEpoch.AddTicks(Math.Clamp(Micros, First, Last) * TimeSpan.TicksPerMicrosecond)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    /// <summary>Whether <paramref name="left"/> is earlier.</summary>
    public static bool operator <(EventTime left, EventTime right) => left.Micros < right.Micros;

    /// <summary>Whether <paramref name="left"/> is later.</summary>
    public static bool operator >(EventTime left, EventTime right) => left.Micros > right.Micros;

    /// <summary>Whether <paramref name="left"/> is not later.</summary>
    public static bool operator <=(EventTime left, EventTime right) => left.Micros <= right.Micros;

    /// <summary>Whether <paramref name="left"/> is not earlier.</summary>
    public static bool operator >=(EventTime left, EventTime right) => left.Micros >= right.Micros;
}
