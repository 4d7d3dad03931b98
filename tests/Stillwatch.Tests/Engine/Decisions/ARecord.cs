using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Engine.Decisions;
using Stillwatch.Engine.Vault;
using Stillwatch.Tests.Countermeasures;
using Stillwatch.Tests.Logs;
using Stillwatch.Tests.World;

namespace Stillwatch.Tests.Engine.Decisions;

/// <summary>A record of decisions in a temporary folder, which can be made to fail, with stores that read it.</summary>
internal sealed class ARecord : IDisposable
{
    private readonly LogFolder _folder = new();
    private readonly List<DecisionStore> _stores = [];
    private volatile string? _gone;
    private volatile bool _failsWithinAppend;

    public SteppedClock Clock { get; } = new();

    public string Database => Path.Combine(_folder.Path, "decisions.db");

    public string Snapshot => Path.Combine(_folder.Path, "snapshot");

    /// <summary>With what the record fails; null for not at all.</summary>
    public string? Gone
    {
        set => _gone = value;
    }

    /// <summary>Whether it fails when a decision was written and before it is there for good.</summary>
    public bool FailsWithinAppend
    {
        set => _failsWithinAppend = value;
    }

    public MasterKey Master { get; } = new(new byte[32]);

    /// <summary>A store that this fixture disposes.</summary>
    public DecisionStore Store(bool follow = false, bool snapshot = false)
    {
        var store = new DecisionStore(Open, Clock, snapshot ? new PlanSnapshot(Snapshot, Master) : null, follow);
        _stores.Add(store);
        return store;
    }

    /// <summary>A measure that needs nobody, in force from now on.</summary>
    public static Decision Slow(ulong id, params string[] accounts) =>
        new Decision.MeasureProposed(AMeasure.On(id, Rung.Slow, accounts) with { Until = AMeasure.Day(300) }, []);

    /// <summary>Ana, Ben and a policy that acts.</summary>
    public static void Begin(DecisionStore store)
    {
        store.Decide(Actors.Administrator, "", new Decision.PersonPut("ana", Role.Analyst | Role.ReleaseOwner));
        store.Decide(Actors.Administrator, "", new Decision.PersonPut("ben", Role.Approver));
        store.Decide("ana", "why", new Decision.PolicyProposed(StandardPolicy.Value with { Version = 2, Shadow = false }));
        store.Decide("ben", "", new Decision.PolicyApproved(2));
    }

    /// <summary>What a store does to an account.</summary>
    public static Enforced? On(DecisionStore store, string account) => store.Current.Find(account, null, null, [], AMeasure.Day(1));

    /// <summary>All that is on record, read past all stores.</summary>
    public IReadOnlyList<Decided> All()
    {
        using var log = new SqliteDecisionLog(Database);
        return log.ReadFrom(0);
    }

    public void Dispose()
    {
        foreach (var store in _stores)
        {
            store.Dispose();
        }

        _folder.Dispose();
    }

    private FailingLog Open()
    {
        Fail();
        return new FailingLog(this, new SqliteDecisionLog(Database));
    }

    private void Fail()
    {
        if (_gone is { } why)
        {
            throw new IOException(why);
        }
    }

    private sealed class FailingLog(ARecord record, SqliteDecisionLog log) : IDecisionLog
    {
        public IReadOnlyList<Decided> ReadFrom(long number)
        {
            record.Fail();
            return log.ReadFrom(number);
        }

        public bool TryAppend(IReadOnlyList<Decided> decisions)
        {
            record.Fail();
            return log.TryAppend(record._failsWithinAppend ? [.. decisions, decisions[^1]] : decisions);
        }

        public bool HasMore(long number)
        {
            record.Fail();
            return log.HasMore(number);
        }

        public void Dispose() => log.Dispose();
    }
}
