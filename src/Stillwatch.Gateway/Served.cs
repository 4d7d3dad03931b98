using Stillwatch.Exchanges;

namespace Stillwatch.Gateway;

/// <summary>
/// How far the time of the exchanges has come that this gateway served, live or replayed. What is a good deal older and arrives now would
/// be counted as of now: it is told to its sender as too late instead. Safe for use from many threads.
/// </summary>
public sealed class Served
{
    /// <summary>
    /// How much older than the latest exchange something may be and still be taken: exporters write a log an hour, and replays go over many
    /// connections.
    /// </summary>
    public const long Tolerance = EventTime.Hour;

    // What was served within the last seconds is no measure for a replay, whose requests overtake each other.
    private const int Rounds = 10;

    private readonly long[] _past = new long[Rounds];
    private long _latest;
    private int _round;

    /// <summary>The time of the latest exchange; the start of the epoch before the first.</summary>
    public EventTime Latest => new(Volatile.Read(ref _latest));

    /// <summary>Takes an exchange of <paramref name="at"/>.</summary>
    public void Take(EventTime at)
    {
        var latest = Volatile.Read(ref _latest);
        while (at.Micros > latest && Interlocked.CompareExchange(ref _latest, at.Micros, latest) is var seen && seen != latest)
        {
            latest = seen;
        }
    }

    /// <summary>Takes what was served before this process began.</summary>
    public void Restore(EventTime at)
    {
        Take(at);
        Array.Fill(_past, at.Micros);
    }

    /// <summary>Called once a second.</summary>
    public void Tick()
    {
        Volatile.Write(ref _past[_round], Volatile.Read(ref _latest));
        _round = (_round + 1) % Rounds;
    }

    /// <summary>Whether a line of a log from outside, of <paramref name="at"/>, comes too late to be watched.</summary>
    public bool IsTooLate(EventTime at) => at.Micros < Volatile.Read(ref _latest) - Tolerance;

    /// <summary>The same of an exchange that is replayed: against what was served ten seconds ago.</summary>
    public bool IsReplayTooLate(EventTime at) => at.Micros < Volatile.Read(ref _past[_round]) - Tolerance;

    /// <summary>What its sender is told.</summary>
    public string Says(EventTime at) =>
        $"its time {at} is too late to be watched: the traffic of this deployment has come to {Latest}, and what is more than an hour "
        + $"older would be counted as of now; scan it with ./stillwatch scan, or give it a data folder of its own";
}
