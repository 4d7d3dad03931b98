using Microsoft.Extensions.Logging;
using Stillwatch.App.Operation;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Corpora;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Watching;
using Stillwatch.Reports.Scan;
using Stillwatch.Sketches;

namespace Stillwatch.App.Deployment;

/// <summary>
/// What campaigns are taken for and what they took, beside the traffic: whenever who is before an analyst changed, or a quarter more was
/// seen, all that is on record is read again, so that a campaign that was recognised late is seen from its first exchange on. On a thread
/// of low priority, a tenth of its time.
/// </summary>
internal sealed class LiveDossiers : IDisposable
{
    private const int Rest = 9; // times as long as the work took

    private static readonly TimeSpan LeastRest = TimeSpan.FromSeconds(2),
        Round = TimeSpan.FromSeconds(0.5);

    private readonly LiveWatch _watch;
    private readonly SignalLog _signals;
    private readonly Func<JournalWatch, Briefing> _found;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private Dossiers.Plan? _last;
    private long _exchanges,
        _happened = -1;
    private bool _failing;

    /// <summary>What is to be made: whose dossiers, after how many exchanges, and the accounts' names by number.</summary>
    private sealed record Due(Dossiers.Plan Plan, long Exchanges, IReadOnlyList<string> Names);

    /// <summary>Prepares it.</summary>
    /// <param name="watch">The watch.</param>
    /// <param name="signals">Where a changed verdict is put on record; looked at for whether anything happened.</param>
    /// <param name="found">What it says.</param>
    /// <param name="clock">The present.</param>
    /// <param name="log">Told where it fails.</param>
    public LiveDossiers(LiveWatch watch, SignalLog signals, Func<JournalWatch, Briefing> found, TimeProvider clock, ILogger log)
    {
        (_watch, _signals, _found, _clock, _log) = (watch, signals, found, clock, log);
        _thread = new Thread(Run)
        {
            IsBackground = true,
            Name = "dossiers",
            Priority = ThreadPriority.BelowNormal,
        };
    }

    /// <summary>All that is on record, from the first exchange on.</summary>
    public required Func<IEnumerable<JournalEntry>> Record { private get; init; }

    /// <summary>The deployment's key of fingerprints.</summary>
    public required KeyedHash Key { private get; init; }

    /// <summary>The known benchmarks and sets of instructions.</summary>
    public required CorpusIndex Corpora { get; init; }

    /// <summary>Held while the record is read: what is read is not sealed away meanwhile.</summary>
    public required Lock Sealing { private get; init; }

    /// <summary>The dossiers as of the last time; null before the first.</summary>
    public Dossiers? Latest { get; private set; }

    /// <summary>Starts its thread.</summary>
    public void Start() => _thread.Start();

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _stop.Dispose();
    }

    private void Run()
    {
        ThreadNice.Lower();
        var rest = Round;
        while (!_stop.Token.WaitHandle.WaitOne(rest))
        {
            rest = Round;
            try
            {
                var began = _clock.GetTimestamp();
                if (Refresh())
                {
                    var earned = _clock.GetElapsedTime(began) * Rest;
                    rest = earned > LeastRest ? earned : LeastRest;
                }

                if (_failing)
                {
                    _failing = false;
                    _log.StepWorks("dossiers");
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                rest = LeastRest * Rest;
                if (!_failing)
                {
                    _failing = true;
                    _log.StepFails("dossiers", fault.Message);
                }
            }
        }
    }

    /// <summary>Makes the dossiers anew where they are no longer true.</summary>
    /// <returns>Whether they were made.</returns>
    private bool Refresh()
    {
        var happened = _signals.Count;
        if (happened == _happened && (_exchanges == 0 || _watch.State.Exchanges * 4 < _exchanges * 5))
        {
            return false;
        }

        _happened = happened;
        var due = _watch
            .AskAsync(watch =>
            {
                if (watch.Found.Flagged.Count == 0 && !watch.Found.Leads.Any())
                {
                    return null; // nobody to make a dossier of
                }

                var plan = new Dossiers.Plan(_found(watch));
                return plan.IsAsGoodAs(_last) && watch.Exchanges * 4 < _exchanges * 5
                    ? null
                    : new Due(plan, watch.Exchanges, [.. watch.Names]);
            })
            .GetAwaiter()
            .GetResult();
        if (due == null)
        {
            return false;
        }

        var numbers = due
            .Names.Select((name, number) => (name, number))
            .ToDictionary(one => one.name, one => one.number, StringComparer.Ordinal);
        lock (Sealing)
        {
            Latest = due.Plan.Make(() => Exchanges(numbers));
        }

        (_last, _exchanges) = (due.Plan, due.Exchanges);
        return _watch
            .AskAsync(watch =>
            {
                // the watch takes them as it reads them
                _signals.Add(Latest.NewVerdicts(watch.Found), account => watch.Names[account.Value]);
                return true;
            })
            .GetAwaiter()
            .GetResult();
    }

    private IEnumerable<AccountExchange> Exchanges(Dictionary<string, int> numbers)
    {
        var exchange = new EntryExchange(Key, Corpora);
        foreach (var entry in Record())
        {
            _stop.Token.ThrowIfCancellationRequested();
            if (exchange.Take(entry) == true)
            {
                yield return new AccountExchange(numbers.GetValueOrDefault(exchange.Account, -1), exchange.Features);
            }
        }
    }
}
