using System.Text;
using Stillwatch.Exchanges;
using Xunit;

namespace Stillwatch.Tests.Exchanges;

public sealed class LogTimeTests
{
    [Theory]
    [InlineData("2026-03-02T00:10:19.162Z", "2026-03-02T00:10:19.162Z")]
    [InlineData("2026-03-02 00:10:19,162Z", "2026-03-02T00:10:19.162Z")]
    [InlineData("2026-03-02T02:10:19.162+0200", "2026-03-02T00:10:19.162Z")]
    [InlineData("2026-03-02T02:10:19+02", "2026-03-02T00:10:19.000Z")]
    [InlineData("2026-03-01 22:40:19 -0130", "2026-03-02T00:10:19.000Z")]
    [InlineData("2026-03-02 02:10:19.5  +02:00", "2026-03-02T00:10:19.500Z")]
    [InlineData("2026-03-02 00:10:19 UTC", "2026-03-02T00:10:19.000Z")]
    [InlineData("2026-03-02 00:10:19.162GMT", "2026-03-02T00:10:19.162Z")]
    [InlineData("2026/03/02 00:10:19Z", "2026-03-02T00:10:19.000Z")]
    [InlineData("2026.03.02T00:10:19Z", "2026-03-02T00:10:19.000Z")]
    [InlineData("  2026-03-02T00:10:19+0000 ", "2026-03-02T00:10:19.000Z")]
    [InlineData("31/12/2025 23:59:59Z", "2025-12-31T23:59:59.000Z")]
    [InlineData("12/31/2025 23:59:59Z", "2025-12-31T23:59:59.000Z")]
    [InlineData("31.12.2025 23:59:59+01:00", "2025-12-31T22:59:59.000Z")]
    [InlineData("03/03/2026 00:10:19Z", "2026-03-03T00:10:19.000Z")] // either way round it is the same day
    [InlineData("1772410219", "2026-03-02T00:10:19.000Z")]
    [InlineData("1772410219.162", "2026-03-02T00:10:19.162Z")]
    [InlineData("1772410219162", "2026-03-02T00:10:19.162Z")]
    [InlineData("1772410219162000", "2026-03-02T00:10:19.162Z")]
    [InlineData("1772410219162000000", "2026-03-02T00:10:19.162Z")]
    [InlineData("1.772410219162e9", "2026-03-02T00:10:19.162Z")]
    [InlineData("1.772410219162E+12", "2026-03-02T00:10:19.162Z")]
    [InlineData("946684800", "2000-01-01T00:00:00.000Z")]
    [InlineData("4102444799", "2099-12-31T23:59:59.000Z")]
    public void Read_WhenATimeIsWrittenAsLogsDo_ThenItIsThatTime(string text, string expected)
    {
        Assert.Equal(LogTime.Kind.Time, Read(text, out var time));
        Assert.Equal(expected, time.ToString());
    }

    [Theory]
    [InlineData("2026-03-02T00:10:19.162", "2026-03-02T00:10:19.162Z")]
    [InlineData("2026-03-02 00:10:19", "2026-03-02T00:10:19.000Z")]
    [InlineData("31/12/2025 23:59:59", "2025-12-31T23:59:59.000Z")]
    public void Read_WhenNoOffsetIsNamed_ThenItIsTakenAsUtcAndSaysSo(string text, string expected)
    {
        Assert.Equal(LogTime.Kind.NoOffset, Read(text, out var time));
        Assert.Equal(expected, time.ToString());
    }

    [Theory]
    [InlineData("02/03/2026 00:10:19", (int)LogTime.Kind.EitherWay)]
    [InlineData("12.11.2026 00:10:19Z", (int)LogTime.Kind.EitherWay)]
    [InlineData("32/13/2026 00:10:19", (int)LogTime.Kind.None)]
    [InlineData("02/31/2026 00:10:19", (int)LogTime.Kind.None)]
    [InlineData("2026-03-02", (int)LogTime.Kind.None)]
    [InlineData("2026-03-02 00:10", (int)LogTime.Kind.None)]
    [InlineData("2026-03-02T00:10:19 PM", (int)LogTime.Kind.None)]
    [InlineData("2026-03-02T00:10:19 CEST", (int)LogTime.Kind.None)]
    [InlineData("2026-03-02T00:10:19+2", (int)LogTime.Kind.None)]
    [InlineData("2026-03-02T00:10:19+02000", (int)LogTime.Kind.None)]
    [InlineData("2026-03-02T00:10:19.162Z and more text than a time has", (int)LogTime.Kind.None)]
    [InlineData("Mon Mar  2 00:10:19 2026", (int)LogTime.Kind.None)]
    [InlineData("yesterday", (int)LogTime.Kind.None)]
    [InlineData("1.2.3", (int)LogTime.Kind.None)]
    [InlineData("-1772410219", (int)LogTime.Kind.None)]
    [InlineData("1e99", (int)LogTime.Kind.None)]
    [InlineData("e5", (int)LogTime.Kind.None)]
    [InlineData("", (int)LogTime.Kind.None)]
    [InlineData("   ", (int)LogTime.Kind.None)]
    public void Read_WhenATextIsNoTime_ThenItSaysSo(string text, int kind) => Assert.Equal((LogTime.Kind)kind, Read(text, out _));

    /// <summary>They are told as absurd by whoever knows what may be; a number must never stop the reading of a log.</summary>
    [Theory]
    [InlineData("0")]
    [InlineData("7")]
    [InlineData("946684799")]
    [InlineData("4102444800000000000")]
    [InlineData("99999999999999999999")]
    [InlineData("1e28")]
    [InlineData("79228162514264337593543950335")]
    public void Read_WhenANumberIsNoTimeOfOurs_ThenItIsATimeBeyondThem(string text)
    {
        Assert.Equal(LogTime.Kind.Time, Read(text, out var time));
        Assert.False(time >= Rfc3339.Earliest && time < Rfc3339.Latest, $"{time}");
    }

    [Fact]
    public void Read_WhenAnyTextComes_ThenItIsATimeOrNoneAndNothingThrows()
    {
        var random = new Random(5);
        const string letters = "0123456789012345678901234567890123456789-:/.,+ TZe";
        string[] times = ["2026-03-02T00:10:19.162Z", "02/03/2026 00:10:19 +0200", "1772410219162", "2026/03/02 00:10:19 UTC"];
        for (var run = 0; run < 100_000; run++)
        {
            var text = (random.Next(2) == 0 ? times[random.Next(times.Length)] : new string('7', random.Next(45))).ToCharArray();
            for (var changes = random.Next(4); changes > 0 && text.Length > 0; changes--)
            {
                text[random.Next(text.Length)] = letters[random.Next(letters.Length)];
            }

            var kind = Read(new string(text), out var time);
            Assert.True(kind is LogTime.Kind.Time or LogTime.Kind.NoOffset || time == default, new string(text));
        }
    }

    [Fact]
    public void Complaint_WhenATextIsNoTime_ThenItSaysWhichFieldWhatStandsThereAndWhatShould()
    {
        static string? Say(string text) => LogTime.Complaint("time", Read(text, out _), Encoding.UTF8.GetBytes(text));
        Assert.Null(Say("2026-03-02T00:10:19Z"));
        Assert.Null(Say("2026-03-02T00:10:19"));
        Assert.Equal("the field 'time' is 'now' and no time such as 2026-03-02T00:10:19.162Z", Say("now"));
        Assert.Equal(
            "the field 'time' is '02/03/2026 00:10:19', of which day and month could be either way round: write it as "
                + "2026-03-02T00:10:19Z",
            Say("02/03/2026 00:10:19")
        );
        Assert.Equal(
            $"the field 'time' is '{new string('x', 40)}' and no time such as 2026-03-02T00:10:19.162Z",
            Say(new string('x', 400))
        );
    }

    private static LogTime.Kind Read(string text, out EventTime time) => LogTime.Read(Encoding.UTF8.GetBytes(text), out time);
}
