using Microsoft.Extensions.Logging;
using Stillwatch.App.Configuration;
using Stillwatch.App.Operation;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Lake;
using Stillwatch.Engine.Storage;
using Stillwatch.Engine.Vault;
using Stillwatch.Engine.Watching;
using Stillwatch.Gateway;

namespace Stillwatch.App.Deployment;

/// <summary>
/// What is done beside the traffic, on a thread of low priority, once a second: 1. what was spent is kept, 2. keys that somebody destroyed
/// are forgotten, 3. what is old or large enough is sealed, 4. what is sealed and beyond its retention is removed, 5. a followed folder is
/// read. A step that fails is told once and tried again.
/// </summary>
internal sealed class Housekeeping : IDisposable
{
    /// <summary>The step that keeps what was spent.</summary>
    public const string SpendStep = "spend";

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private readonly TimeProvider _clock;
    private readonly SegmentFolder _segments;
    private readonly RetentionSettings _retention;
    private readonly Dictionary<string, string> _faults = new(StringComparer.Ordinal);
    private readonly ILogger _log;
    private readonly PartsSeen _parts;
    private long _sealedAt;

    /// <summary>Prepares it.</summary>
    public Housekeeping(Settings settings, TimeProvider clock, ILogger log)
    {
        (_clock, _log) = (clock, log);
        _parts = new PartsSeen(log);
        _segments = new SegmentFolder(settings.Journal);
        _retention = settings.Retention;
        _sealedAt = clock.GetTimestamp();
        _thread = new Thread(Run) { IsBackground = true, Name = "housekeeping" };
    }

    /// <summary>Where what was spent is kept.</summary>
    public required AccountStore Accounts { private get; init; }

    /// <summary>Where it was spent.</summary>
    public required GatewayServer Gateway { private get; init; }

    /// <summary>The data keys.</summary>
    public required KeyVault Vault { private get; init; }

    /// <summary>What is sealed.</summary>
    public required JournalWriter Journal { private get; init; }

    /// <summary>What it still needs stays in the journal.</summary>
    public required LiveWatch Watch { private get; init; }

    /// <summary>Where sealed exchanges lie.</summary>
    public required ExchangeLake Lake { private get; init; }

    /// <summary>Held while something is sealed or removed.</summary>
    public required Lock Sealing { private get; init; }

    /// <summary>A folder that is read; null for none.</summary>
    public FollowedFolder? Followed { private get; init; }

    /// <summary>What fails now, by step; empty where nothing does.</summary>
    public IReadOnlyDictionary<string, string> Faults
    {
        get
        {
            lock (_faults)
            {
                return new Dictionary<string, string>(_faults, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>Exchanges that were sealed since the start.</summary>
    public long Sealed { get; private set; }

    /// <summary>Starts its thread.</summary>
    public void Start() => _thread.Start();

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        Try(SpendStep, KeepSpend);
        _stop.Dispose();
    }

    private void Run()
    {
        ThreadNice.Lower();
        while (!_stop.Wait(Round))
        {
            Try("parts", () => _parts.See(Parts()));
            Gateway.Services.Served.Take(Watch.LastServed); // where the record is read again, what was served before this process began
            Try(SpendStep, KeepSpend); // 1
            Try("vault", Vault.Refresh); // 2
            Try("seal", Seal); // 3, 4
            if (Followed != null)
            {
                Try("follow", Followed.Read); // 5
            }
        }
    }

    private void Try(string step, Action action)
    {
        try
        {
            action();
            bool failed;
            lock (_faults)
            {
                failed = _faults.Remove(step);
            }

            if (failed)
            {
                _log.StepWorks(step);
            }
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            bool first;
            lock (_faults)
            {
                first = _faults.TryAdd(step, fault.Message);
                _faults[step] = fault.Message;
            }

            if (first)
            {
                _log.StepFails(step, fault.Message);
            }
        }
    }

    private IEnumerable<(string Part, string? Fault)> Parts()
    {
        var journal = Journal.State;
        yield return ("the journal", journal.Fault);
        yield return ("the watch", Watch.IsWatching ? null : Watch.State.Fault ?? "it does not run");
        yield return ("the account store", Accounts.SecondsSinceAnswer > 5 ? "it does not answer" : null);
        foreach (var (name, fault) in Gateway.UpstreamFaults)
        {
            yield return ($"model server {name}", fault);
        }
    }

    private void KeepSpend()
    {
        foreach (
            var day in Gateway
                .Services.Admission.Meters.SelectMany(meter => meter.ToSave().Select(spent => (meter.Subject, spent.Day, spent.Spent)))
                .GroupBy(spent => spent.Day)
        )
        {
            Accounts.SaveSpend(day.Key, day.Select(spent => KeyValuePair.Create(spent.Subject, spent.Spent)));
        }
    }

    private void Seal()
    {
        if (!Sealing.TryEnter())
        {
            return; // somebody reads all that is on record; in a moment again
        }

        try
        {
            SealIfDue();
        }
        finally
        {
            Sealing.Exit();
        }
    }

    private void SealIfDue()
    {
        var from = Frame.At(Lake.SealedTo).Segment;
        var due = _clock.GetElapsedTime(_sealedAt) >= _retention.SealAfter;
        if (due)
        {
            Journal.Frames.Rotate();
        }

        var closed = _segments.Numbers().Where(number => number >= from && number < Journal.Frames.FirstUnclosed).ToList();
        if (
            closed.Count == 0
            || !due && closed.Sum(number => _segments.Find(number) is { } path ? new FileInfo(path).Length : 0) < _retention.SealBytes
        )
        {
            return;
        }

        var unreadable = Lake.Unreadable;
        Sealed += Lake.Seal(Journal.Frames.FirstUnclosed, Watch.Needed);
        if (Lake.Unreadable > unreadable)
        {
            _log.SealedWithout(Lake.Unreadable - unreadable);
        }

        _sealedAt = _clock.GetTimestamp();
        if (_retention.Days > 0 || _retention.Bytes > 0)
        {
            Lake.Retain(_retention.Days > 0 ? _clock.GetUtcNow().AddDays(-_retention.Days) : DateTimeOffset.MinValue, _retention.Bytes);
        }
    }
}
