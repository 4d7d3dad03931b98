using System.Text;
using Stillwatch.Exchanges;
using Stillwatch.Logs;
using Stillwatch.Sketches;
using Xunit;

namespace Stillwatch.Tests.Logs;

public sealed class AccountsFileTests : IDisposable
{
    private static readonly KeyedHash Key = KeyedHash.ForScan;

    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_WhenARowSaysAllThatIsKnown_ThenItsFactsAreThereByAccount()
    {
        var (facts, told) = Read(
            """{"account":"a1","created":"2026-03-02T00:10:19.162Z","payment":"card-1","email_domain":"example.org","""
                + """ "organisation":"o","country":"DE","verified":true,"more":[1]}"""
        );
        Assert.Empty(told);
        var account = Assert.Single(facts);
        Assert.Equal(Key.WideOf("a1"u8), account.Key);
        Assert.Equal(
            new AccountFacts(
                new EventTime(1_772_410_219_162_000),
                Key.Of("card-1"u8),
                Key.Of("example.org"u8),
                Key.Of("o"u8),
                Key.Of("DE"u8),
                true
            ),
            account.Value
        );
    }

    [Fact]
    public void Read_WhenARowSaysLittle_ThenWhatIsNotKnownIsAbsentAndNobodyIsVerified()
    {
        var (facts, told) = Read(
            """{"account":7,"created":null,"payment":"","email_domain":null,"organisation":["o"],"verified":"true"}"""
                + "\n"
                + """{"account":"b","verified":1,"payment":12.50}"""
        );
        Assert.Empty(told);
        Assert.Equal(default, facts[Key.WideOf("7"u8)]);
        Assert.Equal(new AccountFacts(null, Key.Of("12.50"u8), 0, 0, 0, false), facts[Key.WideOf("b"u8)]);
    }

    [Fact]
    public void Read_WhenAnAccountHasSeveralRows_ThenTheLastCountsWhole()
    {
        var (facts, _) = Read(
            """
            [{"account":"a","payment":"old","country":"DE"},
            {"account":"b"},
            {"account":"a","payment":"new"}]
            """
        );
        Assert.Equal(2, facts.Count);
        Assert.Equal(new AccountFacts(null, Key.Of("new"u8), 0, 0, 0, false), facts[Key.WideOf("a"u8)]);
    }

    [Theory]
    [InlineData("{\"payment\":\"x\"}", "the field 'account' is missing or empty")]
    [InlineData("{\"account\":\"\"}", "the field 'account' is missing or empty")]
    [InlineData("{\"account\":null}", "the field 'account' is missing or empty")]
    [InlineData("7", "the field 'account' is missing or empty")]
    [InlineData(
        "{\"account\":\"x\",\"created\":\"yesterday\"}",
        "the field 'created' is 'yesterday' and no time such as 2026-03-02T00:10:19.162Z"
    )]
    [InlineData("{\"account\":\"x\",\"created\":\"02/03/2026 00:10:19\"}", "of which day and month could be either way round")]
    [InlineData("{\"account\":\"x\"", "not a valid JSON object (")]
    [InlineData("{\"account\":\"\\ud800\"}", "not a valid JSON object (")]
    [InlineData("account,payment", "not a valid JSON object (")]
    public void Read_WhenARowCannotBeRead_ThenItIsNamedAndTheOthersAreTaken(string row, string why)
    {
        var (facts, told) = Read($$"""{"account":"before"}""" + $"\n{row}\n\n" + """{"account":"after"}""");
        Assert.Equal(2, facts.Count);
        var line = Assert.Single(told);
        Assert.StartsWith($"{_folder.Path}/accounts.jsonl:2: ", line, StringComparison.Ordinal);
        Assert.Contains(why, line, StringComparison.Ordinal);
    }

    /// <summary>A count since the epoch that no type holds ended the whole scan.</summary>
    [Theory]
    [InlineData("1e28")]
    [InlineData("79228162514264337593543950335")]
    [InlineData("\"99999999999999999999999999\"")]
    public void Read_WhenATimeIsAnAbsurdNumber_ThenTheOthersAreTaken(string created)
    {
        var (facts, _) = Read($$"""{"account":"a","created":{{created}}}""" + "\n" + """{"account":"b","created":1772410219}""");
        Assert.Equal(new EventTime(1_772_410_219_000_000), facts[Key.WideOf("b"u8)].Created);
    }

    [Fact]
    public void Read_WhenNoFileIsNamed_ThenNothingIsKnownAndAMissingOneIsSaid()
    {
        Assert.Empty(AccountsFile.Read(null, Key, Rejections.OfFile(null)));
        var path = Path.Combine(_folder.Path, "none.jsonl");
        Assert.StartsWith(
            path,
            Assert.Throws<UnusableInputException>(() => AccountsFile.Read(path, Key, Rejections.OfFile(path))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Texts_WhenSomeAccountsAreAskedFor_ThenTheirsAreThereAsWrittenAndNobodyElses()
    {
        var path = _folder.Write(
            "accounts.jsonl",
            """
            {"account":"a","payment":"old"}
            {"account":"b","payment":"secret"}
            {broken
            {"account":"a","payment":"card \u00e4","email_domain":"example.org","created":1772410219}
            {"account":"c"},
            """
        );
        var texts = AccountsFile.Texts(path, new HashSet<string> { "a", "c", "missing" });
        Assert.Equal(2, texts.Count);
        Assert.Equal(("card ä", "example.org", "1772410219"), texts["a"]);
        Assert.Equal((null, null, null), texts["c"]);
        Assert.Empty(AccountsFile.Texts(path, new HashSet<string>()));
        Assert.Empty(AccountsFile.Texts(null, new HashSet<string> { "a" }));
    }

    private (Dictionary<UInt128, AccountFacts> Facts, IReadOnlyList<string> Told) Read(string text)
    {
        var path = _folder.Write("accounts.jsonl", Encoding.UTF8.GetBytes(text));
        var rejections = Rejections.OfFile(path);
        return (AccountsFile.Read(path, Key, rejections), rejections.Told());
    }
}
