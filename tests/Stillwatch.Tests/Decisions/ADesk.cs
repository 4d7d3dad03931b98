using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Exchanges;
using Stillwatch.Tests.Countermeasures;
using Xunit;
using static Stillwatch.Decisions.Decision;

namespace Stillwatch.Tests.Decisions;

/// <summary>A record of decisions in memory, with people of all roles: what is refused fails the test, unless it asks for that.</summary>
internal sealed class ADesk
{
    private readonly List<Decided> _record = [];

    public ADesk()
    {
        Do(Actors.Administrator, new PersonPut("ana", Role.Analyst));
        Do(Actors.Administrator, new PersonPut("ben", Role.Approver));
        Do(Actors.Administrator, new PersonPut("cleo", Role.Approver));
        Do(Actors.Administrator, new PersonPut("rosa", Role.ReleaseOwner));
        Do(Actors.Administrator, new PersonPut("rita", Role.ReleaseOwner));
        Do(Actors.Administrator, new PersonPut("adam", Role.Auditor));
        Do(Actors.Administrator, new PersonPut("ada", Role.Administrator));
        Do(Actors.Administrator, new PersonPut("gone", Role.Analyst | Role.Approver | Role.ReleaseOwner));
        Do(Actors.Administrator, new PersonRemoved("gone"));
    }

    public Standing Standing { get; private set; } = Standing.Empty;

    public IReadOnlyList<Decided> Record => _record;

    public EventTime Now { get; set; } = AMeasure.Start;

    /// <summary>A case of number <paramref name="id"/> about <paramref name="accounts"/>.</summary>
    public CaseId Open(ulong id, params string[] accounts)
    {
        var about = CaseId.Of(id);
        Do("ana", new CaseOpened(about, $"case {id}", [.. accounts.Select(AMeasure.Account)], null));
        return about;
    }

    /// <summary>A policy that is in force, proposed by ana and approved by ben.</summary>
    public void Policy(Policy policy)
    {
        var version = 1 + Math.Max(Standing.Policy.Version, Standing.Policies.Keys.LastOrDefault());
        Do("ana", new PolicyProposed(policy with { Version = version }));
        Do("ben", new PolicyApproved(version));
    }

    /// <summary>A measure that was proposed by ana and decided by as many as it needs.</summary>
    public MeasureId Decide(Measure measure, params string[] accounts)
    {
        measure = measure with { Needs = Standing.Policy.Needs(measure.Rung) };
        Do("ana", new MeasureProposed(measure, accounts));
        foreach (var person in new[] { "ben", "cleo" }.Take(measure.Needs))
        {
            Do(person, new MeasureApproved(measure.Id));
        }

        Assert.Equal(MeasureState.Decided, Standing.Measures[measure.Id].State);
        return measure.Id;
    }

    public void Do(string by, Decision what, string reason = "because")
    {
        Assert.Null(Try(by, what, reason));
    }

    /// <summary>Takes a decision, or says why it cannot be taken.</summary>
    public string? Try(string by, Decision what, string reason = "because")
    {
        var decided = new Decided(Standing.Number + 1, Now, by, reason, what);
        if (Standing.Refuses(decided) is { } why)
        {
            return why;
        }

        Standing = Standing.With(decided);
        _record.Add(decided);
        return null;
    }

    /// <summary>Why a decision cannot be taken; it must not be.</summary>
    public void Refused(string says, string by, Decision what, string reason = "because")
    {
        var before = Standing;
        Assert.Contains(says, Try(by, what, reason) ?? "it was taken", StringComparison.Ordinal);
        Assert.Same(before, Standing);
    }

    /// <summary>What is done to an account now.</summary>
    public Enforced? On(string account) => Standing.Plan().Find(account, null, null, [], Now);
}
