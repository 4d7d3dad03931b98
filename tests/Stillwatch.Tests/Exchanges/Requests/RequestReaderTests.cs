using System.Diagnostics;
using System.Text;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Exchanges.Requests;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Requests;

public sealed class RequestReaderTests
{
    [Fact]
    public void Read_WhenAFieldOfContentIsRepeated_ThenTheLastCountsAndNothingOfTheOthers()
    {
        var draft = new ExchangeDraft();
        var facts = Read(
            """{"messages":[{"role":"user","content":"one"}],"input":"two","messages":"""
                + """[{"role":"user","content":"three"},{"role":"user","content":"four"}]}""",
            Dialect.Chat,
            draft
        );
        Assert.NotNull(facts.Unclear);
        Assert.Equal(["two", "three", "four"], Texts(draft));
        draft.Clear();
        Read("""{"messages":[{"role":"user","content":"again"}]}""", Dialect.Chat, draft);
        Assert.Equal(["again"], Texts(draft));
    }

    /// <summary>Each repeat walked all pieces: one request of 32 MiB took a processor for hours.</summary>
    [Fact]
    public void Read_WhenManyPiecesStandBesideManyRepeats_ThenTheTimeGrowsWithTheBodyAlone()
    {
        var (pieces, repeats) = (
            string.Concat(Enumerable.Repeat(",\"\"", 700_000)),
            string.Concat(Enumerable.Repeat(",\"input\":0", 200_000))
        );
        var text = $"{{\"messages\":[\"\"{pieces}]{repeats}}}";
        var began = Stopwatch.StartNew();
        Read(text, Dialect.Chat, new ExchangeDraft());
        Assert.InRange(began.Elapsed.TotalSeconds, 0, 20); // 1.4 × 10¹¹ steps before; now a few million
    }

    [Theory]
    [InlineData("""{"contents":{"parts":{"text":"hello there"}}}""")]
    [InlineData("""{"contents":[{"parts":{"text":"hello there"}}]}""")]
    [InlineData("""{"contents":[{"parts":[{"text":"hello there"}]}]}""")]
    public void Read_WhenPartsAreOneOrAList_ThenTheirTextIsSeen(string body)
    {
        var draft = new ExchangeDraft();
        Read(body, Dialect.Gemini, draft);
        Assert.Equal(["hello there"], Texts(draft));
    }

    private static RequestFacts Read(string body, Dialect dialect, ExchangeDraft? draft = null) =>
        RequestReader.Read(Encoding.UTF8.GetBytes(body), WireFormat.Of(dialect), draft ?? new ExchangeDraft());

    private static List<string> Texts(ExchangeDraft draft)
    {
        List<string> texts = [];
        foreach (ref readonly var piece in draft.Pieces)
        {
            texts.Add(Encoding.UTF8.GetString(draft.Text(piece)));
        }

        return texts;
    }
}
