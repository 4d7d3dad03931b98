using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Engine.Decisions;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Tests.Gateway;
using Xunit;

namespace Stillwatch.Tests.Engine.Decisions;

public sealed class DecisionStoreTests : IDisposable
{
    private readonly ARecord _record = new();

    public void Dispose() => _record.Dispose();

    [Fact]
    public async Task Decide_WhenAnotherStoreFollows_ThenItIsInForceThereToo()
    {
        var (one, other) = (_record.Store(follow: true), _record.Store(follow: true));
        List<long> told = [];
        other.Stands = decided => told.Add(decided.Number);
        ARecord.Begin(one);
        one.Decide("ana", "why", ARecord.Slow(1, "a"));
        Assert.NotNull(ARecord.On(one, "a"));
        await LiveDeployment.Until(() => ARecord.On(other, "a") != null);
        await LiveDeployment.Until(() => other.Standing.Number == 5);
        Assert.True(other.Refresh()); // none is told of after this
        Assert.Equal([1, 2, 3, 4, 5], told);
    }

    [Fact]
    public void Decide_WhenOneOfSeveralIsRefused_ThenNoneIsOnRecord()
    {
        var store = _record.Store();
        ARecord.Begin(store);
        var refused = Assert.Throws<DecisionRefusedException>(() =>
            store.Decide("ana", "why", [ARecord.Slow(1, "a"), new Decision.MeasureUndone(MeasureId.Of(9))])
        );
        Assert.Contains("there is no measure", refused.Message, StringComparison.Ordinal);
        Assert.Null(ARecord.On(store, "a"));
        Assert.Equal(4, _record.All().Count);
    }

    [Fact]
    public async Task Refresh_WhenTheRecordIsGone_ThenTheLastPlanStaysUntilItIsBack()
    {
        var store = _record.Store(follow: true);
        ARecord.Begin(store);
        store.Decide("ana", "why", ARecord.Slow(1, "a"));
        _record.Gone = "the disk is on fire";
        await LiveDeployment.Until(() => store.Fault != null);
        Assert.Contains("the disk is on fire", store.Fault, StringComparison.Ordinal);
        _record.Clock.Advance(TimeSpan.FromSeconds(90));
        Assert.False(store.Refresh());
        Assert.Equal(90, store.SecondsSinceAnswer);
        Assert.NotNull(ARecord.On(store, "a"));
        _record.Gone = null;
        await LiveDeployment.Until(() => store.Fault == null);
        Assert.Equal(0, store.SecondsSinceAnswer);
        store.Decide("ana", "why", ARecord.Slow(2, "b"));
        Assert.NotNull(ARecord.On(store, "b"));
        Assert.NotNull(ARecord.On(store, "a"));
    }

    [Fact]
    public void Decide_WhenTheRecordIsGone_ThenItIsRefusedAndNothingIsWritten()
    {
        var store = _record.Store();
        ARecord.Begin(store);
        _record.Gone = "no such disk";
        var refused = Assert.Throws<DecisionRefusedException>(() => store.Decide("ana", "why", ARecord.Slow(1, "a")));
        Assert.Contains("does not answer (no such disk); nothing was decided", refused.Message, StringComparison.Ordinal);
        Assert.Null(ARecord.On(store, "a"));
        _record.Gone = null;
        Assert.Equal(4, _record.All().Count);
        store.Decide("ana", "why", ARecord.Slow(1, "a"));
        Assert.Equal(5, _record.All().Count);
    }

    [Fact]
    public void Decide_WhenTheRecordFailsWhileItIsWritten_ThenNothingIsHalfWritten()
    {
        var store = _record.Store();
        ARecord.Begin(store);
        _record.FailsWithinAppend = true;
        Assert.Throws<DecisionRefusedException>(() => store.Decide("ana", "why", [ARecord.Slow(1, "a"), ARecord.Slow(2, "b")]));
        Assert.Equal(4, _record.All().Count);
        Assert.Null(ARecord.On(store, "a"));
        _record.FailsWithinAppend = false;
        store.Decide("ana", "why", [ARecord.Slow(1, "a"), ARecord.Slow(2, "b")]);
        Assert.Equal(6, _record.All().Count);
    }

    [Fact]
    public async Task Open_WhenTheFileIsNoDatabase_ThenItSaysSoAndRecovers()
    {
        File.WriteAllText(_record.Database, new string('x', 8192));
        var store = _record.Store(follow: true);
        Assert.Contains("not a database", store.Fault, StringComparison.Ordinal);
        Assert.Throws<DecisionRefusedException>(() => store.Decide(Actors.Administrator, "", new Decision.PersonPut("ana", Role.Analyst)));
        File.Delete(_record.Database);
        await LiveDeployment.Until(() => store.Fault == null);
        store.Decide(Actors.Administrator, "", new Decision.PersonPut("ana", Role.Analyst));
        Assert.Single(_record.All());
    }

    [Fact]
    public void Decide_WhenALaterProgramHasTheRecord_ThenItIsRefusedAndStaysKnown()
    {
        var store = _record.Store();
        ARecord.Begin(store);
        using var database = Stillwatch.Engine.Disk.Database.Open(_record.Database, durable: false);
        Stillwatch.Engine.Disk.Database.Run(
            database,
            """INSERT INTO decisions VALUES (5, 0, 'ana', '', 'case_sold', '{"kind":"case_sold"}')"""
        );
        for (var i = 0; i < 3; i++) // each time: not only as long as the change is news
        {
            var refused = Assert.Throws<DecisionRefusedException>(() => store.Decide("ana", "why", ARecord.Slow(1, "a")));
            Assert.Contains("decision 5 cannot be read", refused.Message, StringComparison.Ordinal);
            Assert.False(store.Refresh());
            Assert.Contains("decision 5", store.Fault, StringComparison.Ordinal);
        }

        Assert.Equal(4, store.Standing.Number);
    }

    /// <summary>The record can never be read again once it holds what cannot be read.</summary>
    [Fact]
    public void Decide_WhenADecisionCouldNotBeReadAgain_ThenItIsRefused()
    {
        var store = _record.Store();
        ARecord.Begin(store);
        Decision[] all =
        [
            ARecord.Slow(1, ""),
            ARecord.Slow(1, new string('a', 2 * Subject.MostName)),
            new Decision.CaseOpened(default, "t", [], null),
            new Decision.CaseOpened(CaseId.Of(1), "t", [], default(Stillwatch.Signals.CampaignId)),
        ];
        foreach (var what in all)
        {
            Assert.Throws<DecisionRefusedException>(() => store.Decide("ana", "why", what));
            Assert.Equal(4, _record.All().Count);
        }

        store.Decide("ana", "why", ARecord.Slow(1, "a"));
    }

    [Fact]
    public void Decide_WhenATimeIsFinerThanTheRecordKeeps_ThenItIsTheSameForWhoReadsIt()
    {
        var (one, other) = (_record.Store(), _record.Store());
        ARecord.Begin(one);
        var measure = ((Decision.MeasureProposed)ARecord.Slow(1, "a")).Measure;
        one.Decide("ana", "why", new Decision.MeasureProposed(measure with { From = new(measure.From.Micros + 1) }, []));
        Assert.True(other.Refresh());
        Assert.Equal(other.Standing.Measures[measure.Id].Measure.From, one.Standing.Measures[measure.Id].Measure.From);
    }

    [Fact]
    public async Task Decide_WhenSeveralThreadsOfTwoStoresDecide_ThenAllIsOnRecordOnceAndInForceInBoth()
    {
        const int Threads = 3,
            Each = 8;
        DecisionStore[] stores = [_record.Store(follow: true), _record.Store(follow: true)];
        ARecord.Begin(stores[0]);
        Assert.True(stores[1].Refresh());
        var work = stores.SelectMany(
            (store, i) =>
                Enumerable
                    .Range(0, Threads)
                    .Select(thread =>
                        Task.Run(() =>
                        {
                            for (var each = 0; each < Each; each++)
                            {
                                DecideUntilTaken(store, (ulong)(1 + (i * Threads + thread) * Each + each));
                            }
                        })
                    )
        );
        await Task.WhenAll(work);
        var all = _record.All();
        Assert.Equal(Enumerable.Range(1, 4 + 2 * Threads * Each).Select(number => (long)number), all.Select(one => one.Number));
        foreach (var store in stores)
        {
            Assert.True(store.Refresh());
            Assert.Equal(2 * Threads * Each, store.Current.Count);
            Assert.Equal(all.Count, store.Current.Number);
        }
    }

    [Fact]
    public async Task Current_WhenItIsReadWhileOthersDecide_ThenItIsAlwaysOneMoment()
    {
        var store = _record.Store();
        ARecord.Begin(store);
        var reading = Task.Run(
            () =>
            {
                var last = 0;
                while (last < 30)
                {
                    var plan = store.Current;
                    Assert.True(plan.Count >= last, "a plan of before came back");
                    Assert.Equal(plan.Count, plan.Number - 4 < 0 ? 0 : plan.Number - 4);
                    last = plan.Count;
                }
            },
            TestContext.Current.CancellationToken
        );
        for (ulong i = 1; i <= 30; i++)
        {
            store.Decide("ana", "why", ARecord.Slow(i, $"a{i}"));
        }

        await reading;
    }

    [Fact]
    public void Standing_WhenWhatWasDecidedTouchesNoPlan_ThenThePlanIsTheSame()
    {
        var store = _record.Store();
        ARecord.Begin(store);
        store.Decide("ana", "why", new Decision.GateSet(new("m", Capability.Tools), true));
        var (plan, register) = (store.Current, store.Register);
        store.Decide("ana", "", new Decision.CaseOpened(CaseId.Of(1), "t", [], null));
        Assert.Same(plan, store.Current);
        Assert.Same(register, store.Register);
    }

    private static void DecideUntilTaken(DecisionStore store, ulong id)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                store.Decide("ana", "why", ARecord.Slow(id, $"a{id}"));
                return;
            }
            catch (DecisionRefusedException refused) when (refused.Message.StartsWith("too many", StringComparison.Ordinal) && attempt < 9)
            {
                // it says to try again
            }
        }
    }
}
