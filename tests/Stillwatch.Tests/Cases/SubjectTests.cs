using CsCheck;
using Stillwatch.Cases;
using Xunit;

namespace Stillwatch.Tests.Cases;

public sealed class SubjectTests
{
    private static readonly Gen<string> Names = Gen.Char["ab:/%#@é\n \u2028"].Array[1, 20].Select(letters => new string(letters));

    [Fact]
    public void TryParse_WhenItWasWritten_ThenItIsReadAgain() =>
        Gen.Select(Gen.Enum<SubjectKind>(), Names)
            .Sample(
                (kind, name) =>
                {
                    var subject = new Subject(kind, name);
                    Assert.True(Subject.TryParse(subject.ToString(), out var again));
                    Assert.Equal(subject, again);
                }
            );

    [Theory]
    [InlineData("account:acme", SubjectKind.Account, "acme")]
    [InlineData("account:a:b/c", SubjectKind.Account, "a:b/c")]
    [InlineData("key:k1", SubjectKind.Key, "k1")]
    [InlineData("end_user:acme/u:1/2", SubjectKind.EndUser, "acme/u:1/2")]
    [InlineData("organisation:o", SubjectKind.Organisation, "o")]
    [InlineData("campaign:c-1234567", SubjectKind.Campaign, "c-1234567")]
    public void TryParse_WhenItIsOne_ThenKindAndNameAreRead(string text, SubjectKind kind, string name)
    {
        Assert.True(Subject.TryParse(text, out var subject));
        Assert.Equal(new Subject(kind, name), subject);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("account")]
    [InlineData("account:")]
    [InlineData(":acme")]
    [InlineData("Account:acme")]
    [InlineData(" account:acme")]
    [InlineData("enduser:a/b")]
    [InlineData("0:a")]
    public void TryParse_WhenItIsNone_ThenNothingIsRead(string? text) => Assert.False(Subject.TryParse(text, out _));

    [Theory]
    [InlineData(SubjectKind.Account)]
    [InlineData(SubjectKind.Organisation)]
    [InlineData(SubjectKind.EndUser)]
    public void TryParse_WhenTheNameHasAsManyCharactersAsAreTaken_ThenItIsReadAndNotOneMore(SubjectKind kind)
    {
        Assert.True(Subject.TryParse(new Subject(kind, new string('a', Subject.MostName)).ToString(), out _));
        Assert.False(Subject.TryParse(new Subject(kind, new string('a', Subject.MostName + 1)).ToString(), out _));
    }

    [Fact]
    public void Account_WhenTheSubjectIsOfOne_ThenItIsToldAndElseNot()
    {
        Assert.Equal("a:b/c", new Subject(SubjectKind.Account, "a:b/c").Account);
        Assert.Equal("acme", new Subject(SubjectKind.EndUser, "acme/bob").Account);
        Assert.Null(new Subject(SubjectKind.EndUser, "acme").Account);
        Assert.Null(new Subject(SubjectKind.EndUser, "/bob").Account);
        Assert.Null(new Subject(SubjectKind.Key, "acme").Account);
        Assert.Null(new Subject(SubjectKind.Organisation, "acme").Account);
        Assert.Null(new Subject(SubjectKind.Campaign, "acme").Account);
    }

    [Fact]
    public void OfEndUser_WhenTheAccountHasAnyName_ThenItsAccountIsThatOne() =>
        Gen.Select(Names, Names).Sample((account, user) => Assert.Equal(account, Subject.OfEndUser(account, user).Account));

    /// <summary>An account <c>a</c> could else act for the end users of an account <c>a/b</c>.</summary>
    [Fact]
    public void OfEndUser_WhenAccountOrUserDiffer_ThenSoDoTheSubjects() =>
        Gen.Select(Names, Names, Names, Names)
            .Sample(
                (account, user, other, otherUser) =>
                    Assert.Equal(
                        (account, user) == (other, otherUser),
                        Subject.OfEndUser(account, user) == Subject.OfEndUser(other, otherUser)
                    )
            );

    [Fact]
    public void OfFingerprint_WhenItIsSmall_ThenAll16DigitsStand() =>
        Assert.Equal("end_user:acme/#000000000000002a", Subject.OfFingerprint("acme", 42).ToString());
}
