using System.Text;
using Stillwatch.Corpora;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Features;
using Stillwatch.Sketches;
using Stillwatch.Tests.Corpora;
using Xunit;

namespace Stillwatch.Tests.Features;

public sealed class FeatureTapTests
{
    [Theory]
    [InlineData(10, true)]
    [InlineData(200_000, false)] // 20 bytes a piece: what one request needed is not held for ever
    public void Return_WhenARequestHadManyPieces_ThenWhatReadItIsNotKept(int pieces, bool kept)
    {
        var tap = new FeatureTap(KeyedHash.ForScan, CorpusIndex.None);
        var reading = tap.Rent();
        RequestReader.Read(
            Encoding.UTF8.GetBytes($"{{\"messages\":[\"\"{string.Concat(Enumerable.Repeat(",\"\"", pieces))}]}}"),
            WireFormat.Of(Dialect.Chat),
            reading.Draft
        );
        reading.Return();
        Assert.Equal(kept, ReferenceEquals(reading, tap.Rent()));
    }

    [Fact]
    public void Take_WhenTheKeyIsTheDeploymentsOwn_ThenKnownItemsAreFoundAllTheSame()
    {
        var (corpus, texts) = CorpusTests.Made(30, number: 4);
        var reading = new FeatureTap(new KeyedHash(12_345), new CorpusIndex([corpus])).Rent();
        RequestReader.Read(
            Encoding.UTF8.GetBytes($$"""{"messages":[{"role":"user","content":"Q: {{texts[11]}} A:"}]}"""),
            WireFormat.Of(Dialect.Chat),
            reading.Draft
        );
        var record = new ExchangeRecord
        {
            Id = "x",
            Account = "a",
            At = default,
            Endpoint = "",
        };
        Assert.Equal(new CorpusIndex([corpus]).Find(CorpusTests.Read(texts[11])), reading.Take(record).Known);
    }
}
