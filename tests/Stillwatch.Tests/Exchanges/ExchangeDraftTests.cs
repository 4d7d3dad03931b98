using System.Text;
using Stillwatch.Exchanges;
using Xunit;

namespace Stillwatch.Tests.Exchanges;

public sealed class ExchangeDraftTests
{
    private readonly ExchangeDraft _draft = new();

    [Fact]
    public void Room_WhenTheTextOutgrowsTheBuffer_ThenWhatWasKeptBeforeIsStillThere()
    {
        var first = Keep("the first");
        var large = Keep(new string('x', 100_000));
        var last = Keep("the last");
        Assert.Equal(("the first", 100_000, "the last"), (Text(first), _draft.Text(large).Count((byte)'x'), Text(last)));
        Assert.Equal("the first".Length + 100_000 + "the last".Length, _draft.TextLength);
        Assert.True(_draft.Capacity >= _draft.TextLength);
    }

    [Fact]
    public void Clear_WhenItIsUsedAgain_ThenNothingOfTheExchangeBeforeIsThere()
    {
        _draft.Clear();
        var fresh = Facts(_draft);
        (_draft.At, _draft.TimeWithoutOffset, _draft.Asn, _draft.Turns, _draft.Temperature, _draft.Shape, _draft.OutputBytes) = (
            new EventTime(1),
            true,
            2,
            3,
            4,
            5,
            6
        );
        _draft.Id = _draft.Account = _draft.Key = _draft.EndUser = _draft.Model = _draft.Ip = _draft.UserAgent = _draft.Tls = Keep("x");
        _draft.Traits = ExchangeTraits.Failed;
        _draft.LoggedTokens = _draft.AnsweredTokens = new(7, 8);
        _draft.Forget(3);
        Add("text", 3);
        Assert.NotEqual(fresh, Facts(_draft));
        _draft.Clear();
        Assert.Equal(fresh, Facts(_draft));
        Assert.Equal(-1, _draft.Temperature); // none was sent: 0 would be one
    }

    [Fact]
    public void Settle_WhenAFieldStoodThereTwice_ThenItsLastPiecesCountAndThoseOfOthersStayInOrder()
    {
        _draft.Forget(1);
        Add("a1", 1);
        _draft.Forget(2);
        Add("b1", 2);
        _draft.Forget(1);
        Add("a2", 1);
        Add("a3", 1);
        Assert.Equal(["a1", "b1", "a2", "a3"], Pieces()); // gone only when all was read
        _draft.Settle();
        Assert.Equal(["b1", "a2", "a3"], Pieces());
        _draft.Forget(2);
        _draft.Settle();
        Assert.Equal(["a2", "a3"], Pieces());
    }

    [Fact]
    public void Settle_WhenTheExchangeBeforeRepeatedAField_ThenNothingOfThisOneIsLost()
    {
        Add("a", 1);
        Add("b", 3);
        _draft.Forget(3);
        _draft.Clear(); // broken off before it was settled
        Add("x", 3);
        _draft.Forget(4);
        Add("y", 4);
        _draft.Settle();
        Assert.Equal(["x", "y"], Pieces());
    }

    [Fact]
    public void Settle_WhenNothingWasRepeated_ThenAllPiecesStayHoweverMany()
    {
        for (var i = 0; i < 200; i++)
        {
            Add($"{i}", 255);
        }

        _draft.Settle();
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"{i}"), Pieces());
    }

    [Fact]
    public void SetRole_WhenARoleStandsBehindItsContent_ThenItIsThatOfThePiecesFromThereOn()
    {
        Add("a", 1);
        Add("b", 1);
        Add("c", 1);
        _draft.SetRole(1, TextRole.Assistant);
        Assert.Equal([TextRole.User, TextRole.Assistant, TextRole.Assistant], _draft.Pieces.ToArray().Select(piece => piece.Role));
        Assert.Equal(["a", "b", "c"], Pieces());
    }

    [Fact]
    public void AddRaw_WhenABodyIsNoJson_ThenItIsOneTextOfTheUsers()
    {
        _draft.Clear();
        _draft.AddRaw(Keep("not json"));
        Assert.Equal((1, ExchangeTraits.Raw, TextRole.User), (_draft.Turns, _draft.Traits, _draft.Pieces[0].Role));
        Assert.Equal(["not json"], Pieces());
    }

    [Theory]
    [InlineData(-1, -1, 40, 0, 10)] // nobody reported: by the text
    [InlineData(-1, 7, 40, 0, 7)]
    [InlineData(9, 7, 40, 0, 9)] // the log's own count before the answer's
    [InlineData(0, 7, 40, 0, 0)]
    [InlineData(-1, 7, 40, (int)ExchangeTraits.Failed, 10)] // it broke off, and its report was still to come
    [InlineData(-1, 70, 40, (int)ExchangeTraits.Failed, 70)]
    [InlineData(9, 7, 40, (int)ExchangeTraits.Failed, 9)] // counted when it was over
    [InlineData(9, 7, 40, (int)ExchangeTraits.Unanswered, 0)]
    public void CountedOutputTokens_WhenLogAnswerAndTextSayUnlikeThings_ThenTheOneThatKnowsCounts(
        int logged,
        int answered,
        int bytes,
        int traits,
        int counted
    )
    {
        _draft.Clear();
        (_draft.LoggedTokens, _draft.AnsweredTokens, _draft.OutputBytes, _draft.Traits) = (
            new(-1, logged),
            new(3, answered),
            bytes,
            (ExchangeTraits)traits
        );
        Assert.Equal(counted, _draft.CountedOutputTokens);
        Assert.Equal(3, _draft.InputTokens);
        Assert.Equal(logged >= 0 ? logged : answered, _draft.OutputTokens);
    }

    private ExchangeDraft.Slice Keep(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        bytes.CopyTo(_draft.Room(bytes.Length));
        return _draft.Keep(bytes.Length);
    }

    private string Text(ExchangeDraft.Slice slice) => Encoding.UTF8.GetString(_draft.Text(slice));

    private void Add(string text, byte field)
    {
        var slice = Keep(text);
        _draft.Add(new(slice.Start, slice.Length, TextRole.User, Message: 1, field));
    }

    private List<string> Pieces()
    {
        List<string> texts = [];
        foreach (ref readonly var piece in _draft.Pieces)
        {
            texts.Add(Encoding.UTF8.GetString(_draft.Text(piece)));
        }

        return texts;
    }

    private static string Facts(ExchangeDraft draft) =>
        string.Join(
            '|',
            typeof(ExchangeDraft)
                .GetProperties()
                .Where(property => !property.PropertyType.IsByRefLike && property.Name != nameof(ExchangeDraft.Capacity))
                .Select(property => $"{property.Name}={property.GetValue(draft)}")
        );
}
