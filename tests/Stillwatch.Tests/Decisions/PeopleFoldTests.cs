using Stillwatch.Decisions;
using Xunit;
using static Stillwatch.Decisions.Decision;

namespace Stillwatch.Tests.Decisions;

public sealed class PeopleFoldTests
{
    private static readonly string Sha = new('a', 64),
        Other = new('b', 64);

    [Theory]
    [InlineData("")]
    [InlineData("watch")]
    [InlineData("administrator")]
    [InlineData("rule:x@1")]
    [InlineData("customer:acme")]
    [InlineData("a b")]
    [InlineData("é")]
    [InlineData("a\n")]
    public void PersonPut_WhenTheNameLooksLikeAProgramsOrIsNone_ThenItIsRefused(string name) =>
        new ADesk().Refused("name", Actors.Administrator, new PersonPut(name, Role.Analyst));

    [Fact]
    public void PersonPut_WhenTheNameHasAHundredLetters_ThenItIsTakenAndNotOneMore()
    {
        var desk = new ADesk();
        desk.Do(Actors.Administrator, new PersonPut(new string('a', 100), Role.Analyst));
        desk.Refused("name", Actors.Administrator, new PersonPut(new string('a', 101), Role.Analyst));
    }

    [Fact]
    public void PersonPut_WhenRolesDoNotGoTogether_ThenTheyAreRefused()
    {
        var desk = new ADesk();
        desk.Refused("at least one", "ada", new PersonPut("x", Role.None));
        desk.Refused("administrator", "ada", new PersonPut("x", Role.Administrator | Role.Analyst));
        desk.Refused("auditor", "ada", new PersonPut("x", Role.Auditor | Role.Approver));
        desk.Do("ada", new PersonPut("x", Role.Analyst | Role.Approver | Role.ReleaseOwner));
        desk.Refused("their own roles", "ada", new PersonPut("ada", Role.Analyst));
    }

    [Fact]
    public void TokenIssued_WhenAPersonHasSeveral_ThenAllAreOfThatPerson()
    {
        var desk = new ADesk();
        desk.Do("ada", new TokenIssued("ana", Sha));
        desk.Do("ada", new TokenIssued("ana", Other));
        Assert.Equal("ana", desk.Standing.Of(Sha)!.Name);
        Assert.Equal("ana", desk.Standing.Of(Other)!.Name);
        Assert.Null(desk.Standing.Of(new string('c', 64)));
    }

    /// <summary>The record would name one for what the other did.</summary>
    [Fact]
    public void TokenIssued_WhenItIsAnothersAlready_ThenItIsRefused()
    {
        var desk = new ADesk();
        desk.Do("ada", new TokenIssued("ana", Sha));
        desk.Refused("token", "ada", new TokenIssued("ben", Sha));
        desk.Refused("token", "ada", new TokenIssued("ana", Sha));
    }

    [Fact]
    public void TokenIssued_WhenItIsNoneOrOfNobody_ThenItIsRefused()
    {
        var desk = new ADesk();
        desk.Refused("sha256", "ada", new TokenIssued("ana", new string('a', 63)));
        desk.Refused("sha256", "ada", new TokenIssued("ana", new string('A', 64))); // looked for in small letters: it would never be found
        desk.Refused("sha256", "ada", new TokenIssued("ana", new string('x', 64)));
        desk.Refused("nobody here", "ada", new TokenIssued("zoe", Sha));
        desk.Refused("nobody here", "ada", new TokenIssued("gone", Sha));
    }

    [Fact]
    public void TokenIssued_WhenThereAre20_ThenNoMoreAreTaken()
    {
        var desk = new ADesk();
        for (var i = 0; i < 20; i++)
        {
            desk.Do("ada", new TokenIssued("ana", i.ToString("x64")));
        }

        desk.Refused("20 tokens", "ada", new TokenIssued("ana", Sha));
    }

    [Fact]
    public void PersonRemoved_WhenThePersonComesBack_ThenOldTokensStayGone()
    {
        var desk = new ADesk();
        desk.Do("ada", new TokenIssued("ana", Sha));
        desk.Do("ada", new PersonRemoved("ana"));
        Assert.Null(desk.Standing.Of(Sha));
        desk.Refused("nobody who works here", "ana", new CaseOpened(Stillwatch.Cases.CaseId.Of(1), "t", [], null));
        desk.Refused("nobody here", "ada", new PersonRemoved("ana"));
        desk.Do("ada", new PersonPut("ana", Role.Auditor));
        Assert.True(desk.Standing.People["ana"].IsActive);
        Assert.Null(desk.Standing.Of(Sha));
    }
}
