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
/// What is done beside the traffic, on a thread of low priority, once a second: 1. what was spent is kept, 2. keys that somebody destroyed are forgotten,
/// 3. what is old or large enough is sealed, 4. what is sealed and beyond its retention is removed, 5. a followed folder is read. A step that fails is told
/// once and tried again.
/// </summary>
internal sealed class Housekeeping : IDisposable
{
    /// <summary>The step that keeps what was spent.</summary>
    public const string SpendStep = "spend";

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private readonly TimeProvider _clock;
    private readonly AccountStore _accounts;
    private readonly GatewayServer _gateway;
    private readonly KeyVault _vault;
    private readonly JournalWriter _journal;
    private readonly LiveWatch _watch;
    private readonly ExchangeLake _lake;
    private readonly Lock _sealing;
    private readonly SegmentFolder _segments;
    private readonly RetentionSettings _retention;
    private readonly FollowedFolder? _followed;
    private readonly Dictionary<string, string> _faults = new(StringComparer.Ordinal);
    private readonly ILogger _log;
    private readonly PartsSeen _parts;
    private long _sealedAt;

    /// <summary>Prepares it.</summary>
    public Housekeeping(TimeProvider clock, AccountStore accounts, GatewayServer gateway, KeyVault vault, JournalWriter journal, LiveWatch watch, ExchangeLake lake, Lock sealing, Settings settings, FollowedFolder? followed, ILogger log)
    {
        (_clock, _accounts, _gateway, _vault, _journal, _watch, _lake, _sealing, _followed, _log) = (clock, accounts, gateway, vault, journal, watch, lake, sealing, followed, log);
        _parts = new PartsSeen(log);
        _segments = new SegmentFolder(settings.Journal);
        _retention = settings.Retention;
        _sealedAt = clock.GetTimestamp();
        _thread = new Thread(Run) { IsBackground = true, Name = "housekeeping" };
    }

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
            _gateway.Services.Served.Take(_watch.LastServed);   // where the record is read again, what was served before this process began
            Try(SpendStep, KeepSpend);     // 1
            Try("vault", _vault.Refresh);   // 2
            Try("seal", Seal);           // 3, 4
            if (_followed != null)
            {
                Try("follow", _followed.Read);   // 5
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
        var journal = _journal.State;
        yield return ("the journal", journal.Fault);
        yield return ("the watch", _watch.IsWatching ? null : _watch.State.Fault ?? "it does not run");
        yield return ("the account store", _accounts.SecondsSinceAnswer > 5 ? "it does not answer" : null);
        foreach (var (name, fault) in _gateway.UpstreamFaults)
        {
            yield return ($"model server {name}", fault);
        }
    }

    private void KeepSpend()
    {
        foreach (var day in _gateway.Services.Admission.Meters.SelectMany(meter => meter.ToSave().Select(spent => (meter.Subject, spent.Day, spent.Spent))).GroupBy(spent => spent.Day))
        {
            _accounts.SaveSpend(day.Key, day.Select(spent => KeyValuePair.Create(spent.Subject, spent.Spent)));
        }
    }

    private void Seal()
    {
        if (!_sealing.TryEnter())
        {
            return;   // somebody reads all that is on record; in a moment again
        }

        try
        {
            SealIfDue();
        }
        finally
        {
            _sealing.Exit();
        }
    }

    private void SealIfDue()
    {
        var from = Frame.At(_lake.SealedTo).Segment;
        var due = _clock.GetElapsedTime(_sealedAt) >= _retention.SealAfter;
        if (due)
        {
            _journal.Frames.Rotate();
        }

        var closed = _segments.Numbers().Where(number => number >= from && number < _journal.Frames.FirstUnclosed).ToList();
        if (closed.Count == 0 || !due && closed.Sum(number => _segments.Find(number) is { } path ? new FileInfo(path).Length : 0) < _retention.SealBytes)
        {
            return;
        }

        var unreadable = _lake.Unreadable;
        Sealed += _lake.Seal(_journal.Frames.FirstUnclosed, _watch.Needed);
        if (_lake.Unreadable > unreadable)
        {
            _log.SealedWithout(_lake.Unreadable - unreadable);
        }

        _sealedAt = _clock.GetTimestamp();
        if (_retention.Days > 0 || _retention.Bytes > 0)
        {
            _lake.Retain(_retention.Days > 0 ? _clock.GetUtcNow().AddDays(-_retention.Days) : DateTimeOffset.MinValue, _retention.Bytes);
        }
    }
}
