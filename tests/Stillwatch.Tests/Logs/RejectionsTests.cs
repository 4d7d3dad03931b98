using Stillwatch.Exchanges;
using Stillwatch.Logs;
using Xunit;

namespace Stillwatch.Tests.Logs;

public sealed class RejectionsTests
{
    private readonly Rejections _rejections = new([new LogSource("a.jsonl", "/x/a.jsonl"), new LogSource("b.json", "/x/b.json")]);

    [Fact]
    public void Told_WhenKindsAndFilesAreMixed_ThenTheyComeByKindFileAndLine()
    {
        Add(1, 2, RejectionKind.NotJson, "second");
        Add(0, 7, RejectionKind.FieldMissing, "third");
        Add(0, 9, RejectionKind.NotJson, "first");
        _rejections.IsDocument(1);
        Assert.Equal(
            ["a.jsonl:9: first; line skipped", "b.json, object 2: second; line skipped", "a.jsonl:7: third; line skipped"],
            _rejections.Told()
        );
    }

    [Fact]
    public void Told_WhenThereAreMoreThanTwentyOfAKind_ThenTheFirstByPlaceAreNamedAndTheRestCounted()
    {
        foreach (var line in Enumerable.Range(1, 1_500).Reverse())
        {
            Add(0, line, RejectionKind.NotJson, $"no {line}");
        }

        var told = _rejections.Told();
        Assert.Equal(Enumerable.Range(1, 20).Select(line => $"a.jsonl:{line}: no {line}; line skipped"), told.Take(20));
        Assert.Equal("… and 1,480 more of this kind (NotJson)", told[^1]);
        Assert.Equal((21, 1_500L), (told.Count, _rejections.Lines));
    }

    [Fact]
    public void Told_WhenALineCostSeveralExchanges_ThenThatIsSaid()
    {
        for (var line = 1; line <= 22; line++)
        {
            _rejections.Add(0, line, new(RejectionKind.NoAccount, "nobody"), exchanges: 100);
        }

        Assert.Equal("a.jsonl:1: nobody; skipped", _rejections.Told()[0]);
        Assert.Equal("… and 2 more of this kind (NoAccount; 2,200 exchanges in all)", _rejections.Told()[^1]);
        Assert.Equal("2,200 name no account", Assert.Single(_rejections.ByKind).ToString());
    }

    [Fact]
    public void Told_WhenAWholeFileOrItsEndIsMeant_ThenItSaysWhatBecomesOfIt()
    {
        Add(0, 0, RejectionKind.NotALog, "a zip archive");
        Add(1, 5, RejectionKind.Damaged, "cut off");
        Assert.Equal(["b.json:5: cut off; the scan goes on", "a.jsonl: a zip archive; file skipped"], _rejections.Told());
        Assert.Equal((0L, true), (_rejections.Lines, _rejections.Any)); // no line of a log was lost by either
    }

    [Fact]
    public void Told_WhenTextOfACustomerWouldSteerATerminal_ThenItIsShownAndNotObeyed()
    {
        Add(0, 1, RejectionKind.FieldUnusable, "the field is '\u001b[2J\u202e'");
        Assert.Equal("a.jsonl:1: the field is '[U+001B][2J[U+202E]'; line skipped", Assert.Single(_rejections.Told()));
    }

    [Fact]
    public void Lines_WhenALineWasToldBefore_ThenItCountsOnce()
    {
        Add(0, 1, RejectionKind.NotJson, "one");
        _rejections.Add(0, 1, new(RejectionKind.NotJson, "another of the same"), again: true);
        Assert.Equal((1L, 2), (_rejections.Lines, _rejections.Told().Count));
        Assert.Equal(2, Assert.Single(_rejections.ByKind).Exchanges);
    }

    [Fact]
    public void ByKind_WhenAKindHasSeveral_ThenTheFirstByPlaceStandsForThem()
    {
        Add(1, 1, RejectionKind.DuplicateId, "later");
        Add(0, 3, RejectionKind.DuplicateId, "first");
        Add(0, 4, RejectionKind.NotUtf8, "x");
        Assert.Equal(
            [(RejectionKind.NotUtf8, 1L, "a.jsonl:4: x"), (RejectionKind.DuplicateId, 2L, "a.jsonl:3: first")],
            _rejections.ByKind.Select(lost => (lost.Kind, lost.Exchanges, lost.First))
        );
        Assert.False(new Rejections([]).Any);
    }

    [Fact]
    public void Words_WhenAnyKindIsCounted_ThenItIsASentenceForOneAndForMany()
    {
        foreach (var kind in Enum.GetValues<RejectionKind>().Where(kind => kind is not (RejectionKind.None or RejectionKind.Fault)))
        {
            Assert.NotEqual(Rejections.Words(kind, 1), Rejections.Words(kind, 2));
            Assert.DoesNotContain("fault of this program", Rejections.Words(kind, 0), StringComparison.Ordinal);
        }

        Assert.Equal(
            ("is no JSON object", "are no JSON objects", "are no JSON objects"),
            (
                Rejections.Words(RejectionKind.NotJson, 1),
                Rejections.Words(RejectionKind.NotJson, 2),
                Rejections.Words(RejectionKind.NotJson, 0)
            )
        );
        Assert.Equal("met a fault of this program (Fault)", Rejections.Words(RejectionKind.Fault, 2));
    }

    [Fact]
    public void Add_WhenManyWorkersAddAtOnce_ThenWhatIsToldIsWhatOneWouldHaveTold()
    {
        var alone = new Rejections([new LogSource("a.jsonl", ""), new LogSource("b.json", "")]);
        void One(Rejections rejections, int i) =>
            rejections.Add(
                i % 2,
                i / 2,
                new(i % 3 == 0 ? RejectionKind.NotJson : RejectionKind.NoAccount, $"detail {i}"),
                exchanges: i % 5
            );
        for (var i = 0; i < 4_000; i++)
        {
            One(alone, i);
        }

        Parallel.For(0, 4_000, i =>
        {
            One(_rejections, i);
            _ = i % 100 == 0 ? _rejections.Told().Count + _rejections.ByKind.Count : 0; // it may be looked at meanwhile
        });
        Assert.Equal(alone.Told(), _rejections.Told());
        Assert.Equal((alone.Lines, string.Join('|', alone.ByKind)), (_rejections.Lines, string.Join('|', _rejections.ByKind)));
    }

    private void Add(int file, long line, RejectionKind kind, string detail) => _rejections.Add(file, line, new(kind, detail));
}
