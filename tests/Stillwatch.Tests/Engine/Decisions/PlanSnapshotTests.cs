using Stillwatch.Capabilities;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Engine.Decisions;
using Stillwatch.Engine.Vault;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Tests.Countermeasures;
using Stillwatch.Tests.Gateway;
using Xunit;

namespace Stillwatch.Tests.Engine.Decisions;

public sealed class PlanSnapshotTests : IDisposable
{
    private static readonly Gate Gate = new("m", Capability.Tools);

    private readonly ARecord _record = new();

    public void Dispose() => _record.Dispose();

    [Fact]
    public void Load_WhenAnyByteIsAltered_ThenItIsNotBelieved()
    {
        ARecord.Begin(_record.Store(snapshot: true));
        var snapshot = new PlanSnapshot(_record.Snapshot, _record.Master);
        var bytes = File.ReadAllBytes(_record.Snapshot);
        Assert.NotNull(snapshot.Load());
        for (var i = 0; i < bytes.Length; i += i < 40 ? 1 : 17)
        {
            var altered = bytes.ToArray();
            altered[i] ^= 1;
            File.WriteAllBytes(_record.Snapshot, altered);
            Assert.Null(snapshot.Load());
        }

        foreach (var length in new[] { 0, 1, 31, 32, 33, bytes.Length - 1 })
        {
            File.WriteAllBytes(_record.Snapshot, bytes[..length]);
            Assert.Null(snapshot.Load());
        }

        File.WriteAllBytes(_record.Snapshot, [.. bytes, 32]);
        Assert.Null(snapshot.Load());
        File.WriteAllBytes(_record.Snapshot, bytes);
        Assert.NotNull(snapshot.Load());
    }

    [Fact]
    public void Load_WhenAnotherDeploymentSealedIt_ThenItIsNotBelieved()
    {
        ARecord.Begin(_record.Store(snapshot: true));
        var key = new byte[32];
        key[0] = 1;
        Assert.Null(new PlanSnapshot(_record.Snapshot, new MasterKey(key)).Load());
        File.Delete(_record.Snapshot);
        Assert.Null(new PlanSnapshot(_record.Snapshot, _record.Master).Load());
    }

    [Fact]
    public async Task Start_WhenTheRecordIsGone_ThenTheLastPlanIsCarriedOutUntilItIsBack()
    {
        var before = _record.Store(snapshot: true);
        ARecord.Begin(before);
        before.Decide("ana", "why", ARecord.Slow(1, "a", "b"));
        before.Decide("ana", "why", ARecord.Slow(2, "c"));
        before.Decide("ana", "why", new Decision.MeasureUndone(MeasureId.Of(2)));
        before.Decide("ana", "why", new Decision.GateSet(Gate, true));
        _record.Gone = "no such disk";
        _record.Clock.Advance(TimeSpan.FromSeconds(60));
        var after = _record.Store(follow: true, snapshot: true);
        Assert.NotNull(ARecord.On(after, "a"));
        Assert.NotNull(ARecord.On(after, "b"));
        Assert.Null(ARecord.On(after, "c"));
        Assert.Equal(Capability.Tools, after.Register.Withheld("m", "paid", "a"));
        Assert.Equal(before.Current.Appeal, after.Current.Appeal);
        Assert.Contains("no such disk", after.Fault, StringComparison.Ordinal);
        Assert.True(after.SecondsSinceAnswer >= 60);
        Assert.Throws<DecisionRefusedException>(() => after.Decide("ana", "why", ARecord.Slow(3, "d")));

        _record.Gone = null;
        await LiveDeployment.Until(() => after.Fault == null);
        Assert.Equal(before.Standing.Number, after.Standing.Number);
        Assert.NotNull(ARecord.On(after, "a"));

        // what was kept and what the record has is the same, and not twice
        Assert.Single(after.Standing.Gates);
        after.Decide("ana", "why", new Decision.MeasureUndone(MeasureId.Of(1)));
        Assert.Null(ARecord.On(after, "a"));
    }

    [Fact]
    public void Start_WhenNothingWasKeptAndTheRecordIsGone_ThenNobodyIsTouched()
    {
        _record.Gone = "no such disk";
        var store = _record.Store(follow: true, snapshot: true);
        Assert.True(store.Current.IsEmpty);
        Assert.NotNull(store.Fault);
    }

    [Fact]
    public void Save_WhenItsFolderIsGone_ThenTheDecisionStandsNonetheless()
    {
        Directory.CreateDirectory(_record.Snapshot); // a folder where the file should be
        var store = _record.Store(snapshot: true);
        ARecord.Begin(store);
        store.Decide("ana", "why", ARecord.Slow(1, "a"));
        Assert.NotNull(ARecord.On(store, "a"));
    }

    [Fact]
    public void Save_WhenAccountsAreSparedOrReached_ThenThatIsKept()
    {
        var snapshot = new PlanSnapshot(_record.Snapshot, _record.Master);
        var campaign = AMeasure.Of(1, Rung.Slow, new Stillwatch.Cases.Subject(Stillwatch.Cases.SubjectKind.Campaign, "c-1234567"));
        var measure = AMeasure.Decided(campaign, "a", "b") with { Spared = [AMeasure.Account("b")] };
        var release = new StandingRelease(new(ReleaseId.Of(1), Gate, [new(["paid"], 1)], new()), "rosa", AMeasure.Start)
        {
            State = ReleaseState.Staged,
            Stage = 0,
        };
        var standing = Standing.Empty with
        {
            Policy = StandardPolicy.Value with { Shadow = false },
            Measures = Standing.Empty.Measures.Add(campaign.Id, measure),
            Gates = [Gate],
            Releases = Standing.Empty.Releases.Add(release.Release.Id, release),
        };
        snapshot.Save(standing, _record.Clock.GetUtcNow());
        var kept = snapshot.Load()!;
        Assert.Equal(_record.Clock.GetUtcNow(), kept.At);
        Assert.NotNull(kept.Standing.Plan().Find("a", null, null, [], AMeasure.Start));
        Assert.Null(kept.Standing.Plan().Find("b", null, null, [], AMeasure.Start));
        Assert.Equal(Capability.None, kept.Standing.Register().Withheld("m", "paid", "a"));
        Assert.Equal(Capability.Tools, kept.Standing.Register().Withheld("m", "free", "a"));
    }
}
