using System.Text;
using Stillwatch.Exchanges;
using Stillwatch.Signals;
using Xunit;
using static Stillwatch.Signals.Signal;

namespace Stillwatch.Tests.Signals;

public sealed class SignalLineTests
{
    private static readonly string[] Names = ["ada", "bo", "cy"];
    private static readonly EventTime At = new(1_772_409_600_123_456);
    private static readonly CampaignId C = CampaignId.Of(1, 1, false),
        D = CampaignId.Of(2, 2, false),
        L = CampaignId.Of(3, 3, true);
    private static readonly AccountNumber Nobody = new(-1);

    private static readonly Signal[] All =
    [
        new WatchBegan(At, "a calibration", "watch/12"),
        new CampaignFormed(At, C, [new(0), new(1)]),
        new CampaignDivided(At, C, D, [new(1)]),
        new CampaignMerged(At, C, D),
        new CampaignGrew(At, C, [new(2)]),
        new CampaignShrank(At, C, [new(2)]),
        new CampaignFlagged(At, C, FlagCause.Tie, 4.5, 4.32),
        new AccountFlagged(At, new(0), L, FlagCause.Tie, 7.25, 6.64, 12, 11, new(1)),
        new AccountFlagged(At, new(1), C, FlagCause.Campaign, 0, 6.64, 1, 0, Nobody),
        new AccountUnflagged(At, new(0), "a person said so"),
        new ReadingRecorded(At, C, Nobody, "seed-set-walk/1", 3.5, true, "say \"what\""),
        new ReadingRecorded(At, L, new(0), "no-sleep/1", 3.5, false, "quiet hours"),
        new VerdictChanged(At, C, Verdict.Unknown, Verdict.HonestBulk),
        new LeadBegan(At, L, new(0)),
    ];

    [Fact]
    public void Write_WhenAnySignal_ThenReadGivesItBack()
    {
        Assert.Equal(
            Enum.GetValues<SignalKind>().Where(kind => kind != SignalKind.None).ToHashSet(),
            [.. All.Select(signal => signal.Kind)]
        ); // none is left out here
        foreach (var signal in All)
        {
            var line = Line(signal);
            var read = SignalLine.Read(line, name => new(Array.IndexOf(Names, name)));
            Assert.Equal(line, Line(read!));
            Assert.Equal(signal.GetType(), read!.GetType());
            Assert.Equal(signal.At, read.At);
            Assert.NotEqual(0UL, SignalLine.IdOf(line));
        }
    }

    [Fact]
    public void Write_WhenGolden_ThenTheBytesAreThese()
    {
        Assert.Equal(
            """{"id":"GOLDEN","kind":"account_flagged","at":"2026-03-02T00:00:00.123456Z","account":"ada","lead":"LEAD","cause":"tie","bits":7.25,"asked_bits":6.64,"exchanges":12,"answered":11,"tied_to":"bo"}"""
                .Replace("GOLDEN", $"{SignalLine.IdOf(Line(All[7])):x16}", StringComparison.Ordinal)
                .Replace("LEAD", L.ToString(), StringComparison.Ordinal),
            Encoding.UTF8.GetString(Line(All[7]))
        );
        // an id is a hash of all else: what is on record is known by it for good
        Assert.Equal(18087517654776266079UL, SignalLine.IdOf(Line(All[3])));
    }

    [Fact]
    public void Write_WhenAccountsAreNumberedOtherwise_ThenTheBytesAreTheSame()
    {
        string[] other = ["bo", "ada"];
        Assert.Equal(Line(All[1]), SignalLine.Write(All[1], account => other[account.Value]));
    }

    [Fact]
    public void Read_WhenTheKindIsOfALaterProgram_ThenItIsNothing() =>
        Assert.Null(SignalLine.Read(Encoding.UTF8.GetBytes("""{"id":"00","kind":"moon_rose","at":"2026-03-02T00:00:00Z"}"""), _ => Nobody));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"kind":"campaign_merged","at":"yesterday","campaign":"c-0000000","absorbed":"c-0000001"}""")]
    [InlineData("""{"kind":"campaign_merged","at":"2026-03-02T00:00:00Z","campaign":"c1","absorbed":"c-0000001"}""")]
    [InlineData("""{"kind":"campaign_merged","at":"2026-03-02T00:00:00Z"}""")]
    [InlineData("""{"kind":"verdict_changed","at":"2026-03-02T00:00:00Z","campaign":"c-0000000","before":"unknown","now":"guilty"}""")]
    public void Read_WhenItIsNoSignal_ThenAnErrorSaysWhatIsWrong(string line) =>
        Assert.Throws<FormatException>(() => SignalLine.Read(Encoding.UTF8.GetBytes(line), _ => Nobody));

    private static byte[] Line(Signal signal) => SignalLine.Write(signal, account => Names[account.Value]);
}
