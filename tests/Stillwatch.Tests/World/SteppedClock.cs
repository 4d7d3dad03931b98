namespace Stillwatch.Tests.World;

/// <summary>A clock that stands still until the test moves it on.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private long _micros = 1_772_409_600L * 1_000_000;

    public override long TimestampFrequency => 1_000_000;

    public void Advance(TimeSpan time) => Interlocked.Add(ref _micros, (long)time.TotalMicroseconds);

    public override long GetTimestamp() => Volatile.Read(ref _micros);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMicroseconds(Volatile.Read(ref _micros));
}
