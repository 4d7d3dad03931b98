using System.Buffers.Binary;
using System.Data.Common;
using System.Security.Cryptography;
using Stillwatch.Capabilities;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Exchanges;
using Stillwatch.Hosting;

namespace Stillwatch.Engine.Decisions;

/// <summary>
/// The record of decisions and what stands after it. Whoever decides, in this process or another, is in force here within a fifth of a
/// second; while the record does not answer, the last that was known stays in force. Safe for use from many threads.
/// </summary>
internal sealed class DecisionStore : IDecisions, IEnforcementPlans, IReleases, IDisposable
{
    private const int PollMilliseconds = 200,
        MostAttempts = 20,
        TouchSeconds = 60;

    private readonly Lock _gate = new();
    private readonly Func<IDecisionLog> _open;
    private readonly TimeProvider _clock;
    private readonly PlanSnapshot? _snapshot;
    private readonly ITimer? _poll;
    private IDecisionLog? _log;
    private volatile InForce _now;
    private long _answered,
        _touched;
    private bool _disposed;

    /// <summary>What is in force, all of one moment.</summary>
    private sealed record InForce(Standing Standing, EnforcementPlan Plan, EnforcementPlan Shadow, ReleaseRegister Register);

    /// <summary>Opens the record.</summary>
    /// <param name="open">Opens it; tried again where it fails.</param>
    /// <param name="clock">The present.</param>
    /// <param name="snapshot">
    /// Where what is in force is kept beside the record, for a start while the record does not answer; null for nowhere.
    /// </param>
    /// <param name="follow">Whether decisions of others are looked for.</param>
    public DecisionStore(Func<IDecisionLog> open, TimeProvider clock, PlanSnapshot? snapshot = null, bool follow = false)
    {
        (_open, _clock, _snapshot) = (open, clock, snapshot);
        _now = Of(Standing.Empty, null);
        _touched = clock.GetTimestamp();
        Volatile.Write(ref _answered, clock.GetTimestamp());
        if (follow)
        {
            if (!Refresh() && snapshot?.Load() is { } last)
            {
                var age = Math.Max(0, (clock.GetUtcNow() - last.At).TotalSeconds);
                Volatile.Write(ref _answered, clock.GetTimestamp() - (long)(age * clock.TimestampFrequency));
                _now = Of(last.Standing, null);
            }

            _poll = clock.CreateTimer(
                _ => RefreshUnlessBusy(),
                null,
                TimeSpan.FromMilliseconds(PollMilliseconds),
                TimeSpan.FromMilliseconds(PollMilliseconds)
            );
        }
        else
        {
            lock (_gate)
            {
                CatchUpNeedsLock();
            }
        }
    }

    /// <summary>Failures that are switched on, for trying out what happens then.</summary>
    public IFaults Faults { get; init; } = NoFaults.Instance;

    /// <summary>Told of each decision once it stands here, in order, whoever took it. It must not wait.</summary>
    public Action<Decided>? Stands { get; set; }

    /// <summary>Told what is wrong with the record, and null when it works again.</summary>
    public Action<string?>? FaultChanged { get; set; }

    /// <summary>What is wrong with the record; null for nothing.</summary>
    public string? Fault { get; private set; }

    /// <summary>What stands now.</summary>
    public Standing Standing => _now.Standing;

    /// <inheritdoc/>
    public EnforcementPlan Current => _now.Plan;

    /// <inheritdoc/>
    public EnforcementPlan Shadow => _now.Shadow;

    /// <inheritdoc/>
    public ReleaseRegister Register => _now.Register;

    /// <inheritdoc/>
    public double SecondsSinceAnswer => _clock.GetElapsedTime(Volatile.Read(ref _answered)).TotalSeconds;

    /// <summary>Chance for a new id.</summary>
    public static ulong Chance()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>The present, to the millisecond, as decisions keep it.</summary>
    public EventTime Now() => new(_clock.GetUtcNow().ToUnixTimeMilliseconds() * 1000);

    /// <summary>Takes a decision: it is on record and in force when this returns.</summary>
    /// <param name="by">Who.</param>
    /// <param name="reason">Why.</param>
    /// <param name="what">What.</param>
    /// <exception cref="DecisionRefusedException">It cannot be taken, and why.</exception>
    public Decided Decide(string by, string reason, Decision what) => Decide(by, reason, [what])[0];

    /// <summary>Takes decisions in one piece, or none of them.</summary>
    /// <exception cref="DecisionRefusedException">One cannot be taken, and why.</exception>
    public IReadOnlyList<Decided> Decide(string by, string reason, IReadOnlyList<Decision> what)
    {
        if (Faults.Has(Hosting.Fault.StoreGone))
        {
            throw new DecisionRefusedException("the record of decisions does not answer; nothing was decided");
        }

        what = [.. what.Select(AsKept)];
        lock (_gate)
        {
            try
            {
                for (var attempt = 0; attempt < MostAttempts; attempt++)
                {
                    CatchUpNeedsLock();
                    var standing = _now.Standing;
                    List<Decided> decisions = [];
                    foreach (var one in what)
                    {
                        var decided = new Decided(standing.Number + 1, Now(), by, reason, one);
                        if (standing.Refuses(decided) is { } why)
                        {
                            throw new DecisionRefusedException(why);
                        }

                        standing = standing.With(decided);
                        decisions.Add(decided);
                    }

                    if (_log!.TryAppend(decisions))
                    {
                        PutNeedsLock(standing, decisions);
                        return decisions;
                    }
                }
            }
            catch (Exception fault) when (IsOutage(fault))
            {
                LoseNeedsLock(fault);
                throw new DecisionRefusedException(
                    $"the record of decisions does not answer ({fault.Message}); nothing was decided",
                    fault
                );
            }
        }

        throw new DecisionRefusedException("too many others decide at the same time; nothing was decided, try again");
    }

    /// <summary>All decisions behind <paramref name="number"/>: the audit trail.</summary>
    public IReadOnlyList<Decided> Read(long number)
    {
        lock (_gate)
        {
            try
            {
                CatchUpNeedsLock();
                return _log!.ReadFrom(number);
            }
            catch (Exception fault) when (IsOutage(fault))
            {
                LoseNeedsLock(fault); // else what could not be read counts as seen
                throw;
            }
        }
    }

    /// <summary>Takes what others decided. It is in force when this returns.</summary>
    /// <returns>Whether the record answered.</returns>
    public bool Refresh()
    {
        if (Faults.Has(Hosting.Fault.StoreGone))
        {
            return false;
        }

        lock (_gate)
        {
            try
            {
                CatchUpNeedsLock();
                return true;
            }
            catch (Exception fault) when (fault is not OutOfMemoryException) // it runs on a timer: nothing of it may end the process
            {
                LoseNeedsLock(fault);
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _poll?.Dispose();
        lock (_gate)
        {
            _disposed = true;
            _log?.Dispose();
            _log = null;
        }
    }

    /// <summary>A round of the timer: where the one before waits for the record still, it does not queue up behind it.</summary>
    private void RefreshUnlessBusy()
    {
        if (_gate.TryEnter())
        {
            try
            {
                Refresh();
            }
            finally
            {
                _gate.Exit();
            }
        }
    }

    private static bool IsOutage(Exception fault) =>
        fault is DbException or IOException or InvalidOperationException or InvalidDataException or UnauthorizedAccessException;

    /// <summary>
    /// The decision as whoever reads the record will have it. What could not be read again would make the record unreadable for good.
    /// </summary>
    private static Decision AsKept(Decision what)
    {
        try
        {
            return DecisionLine.Read(0, DecisionLine.Write(what));
        }
        catch (InvalidDataException fault)
        {
            throw new DecisionRefusedException($"it could not be read again ({fault.InnerException!.Message}); nothing was decided", fault);
        }
    }

    private void CatchUpNeedsLock()
    {
        ObjectDisposedException.ThrowIf(_disposed, this); // a round of the timer may come late
        _log ??= _open();
        if (_log.HasMore(_now.Standing.Number))
        {
            // what was kept beside the record has no number: the record tells all of it again
            var standing = _now.Standing.Number == 0 ? Standing.Empty : _now.Standing;
            var decisions = _log.ReadFrom(standing.Number);
            foreach (var decided in decisions)
            {
                standing = standing.With(decided);
            }

            if (decisions.Count > 0)
            {
                PutNeedsLock(standing, decisions);
            }
        }

        Volatile.Write(ref _answered, _clock.GetTimestamp());
        if (_snapshot != null && _clock.GetElapsedTime(_touched).TotalSeconds >= TouchSeconds)
        {
            _touched = _clock.GetTimestamp();
            _snapshot.Touch(_clock.GetUtcNow());
        }

        if (Fault != null)
        {
            Fault = null;
            FaultChanged?.Invoke(null);
        }
    }

    private void PutNeedsLock(Standing standing, IReadOnlyList<Decided> decisions)
    {
        var before = _now;
        _now = Of(standing, before);
        if (!ReferenceEquals(before.Plan, _now.Plan) || !ReferenceEquals(before.Register, _now.Register))
        {
            _snapshot?.Save(standing, _clock.GetUtcNow());
        }

        foreach (var decided in decisions)
        {
            Stands?.Invoke(decided);
        }
    }

    /// <summary>The record does not answer: it is opened anew the next time.</summary>
    private void LoseNeedsLock(Exception fault)
    {
        var before = Fault;
        Fault = fault.Message;
        _log?.Dispose();
        _log = null;
        if (before != Fault)
        {
            FaultChanged?.Invoke(Fault);
        }
    }

    /// <summary>
    /// What is in force; what did not change is taken from before, as making a plan of many thousand accounts takes time.
    /// </summary>
    private static InForce Of(Standing standing, InForce? before)
    {
        var samePlan =
            before != null
            && ReferenceEquals(before.Standing.Measures, standing.Measures)
            && ReferenceEquals(before.Standing.Policy, standing.Policy);
        var sameRegister =
            before != null
            && ReferenceEquals(before.Standing.Gates, standing.Gates)
            && ReferenceEquals(before.Standing.Releases, standing.Releases);
        return new(
            standing,
            samePlan ? before!.Plan : standing.Plan(),
            samePlan ? before!.Shadow : standing.ShadowPlan(),
            sameRegister ? before!.Register : standing.Register()
        );
    }
}
