using System.IO.Hashing;
using System.Text;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;
using Xunit;

namespace Stillwatch.Tests.Features;

/// <summary>Features on record mean what they meant when they were taken.</summary>
public sealed class FeatureBytesTests
{
    private static readonly string[] Lines =
    [
        """{"id":"1","time":"2026-03-02T00:10:19.162Z","account":"a","client":{"ip":"1.2.3.4","asn":7,"user_agent":"sdk/1","tls":"t13d"},"request":{"model":"m","temperature":0.7,"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Explain 3 ways, step by step, why the \"quiet\" harbour froze in 1789."}]},"status":200,"response":{"choices":[{"message":{"content":"Because."}}],"usage":{"prompt_tokens":20,"completion_tokens":3}}}""",
        """{"id":"2","time":"2026-03-02T00:10:20Z","account":"a","end_user":"u","request":{"model":"m","prompt":["Translate to German: good morning","def f(x): return x"],"logprobs":1},"status":200,"response":{"choices":[{"text":"Guten Morgen"}]}}""",
        """{"id":"3","time":"2026-03-02T00:10:21Z","account":"b","client":{"ip":"2001:db8::1"},"request":{"model":"m","system":"You grade.","messages":[{"role":"user","content":[{"type":"text","text":"\u4f60\u597d\uff0c\u8bf7\u4e00\u6b65\u4e00\u6b65\u89e3\u91ca\u3002"},{"type":"image","source":{}}]}],"tools":[{"name":"f"}]},"status":429}""",
        """{"id":"4","time":"2026-03-02T00:10:22Z","account":"b","request":{},"request_raw":"bm8ganNvbg==","status":500}""",
    ];

    [Fact]
    public void Features_WhenTheyWouldBeOthersThanThoseOnRecord_ThenTheirVersionIsAnother()
    {
        var hash = new XxHash3();
        var (draft, extractor) = (new ExchangeDraft(), new FeatureExtractor(KeyedHash.ForScan));
        var bytes = new byte[FeatureBytes.Size];
        foreach (var line in Lines)
        {
            Assert.True(ExchangeLineReader.Read(Encoding.UTF8.GetBytes(line), draft).Taken);
            FeatureBytes.Write(extractor.Take(draft), KeyedHash.ForScan, bytes);
            hash.Append(bytes.AsSpan(2));
        }

        // Where this fails, what is on record means something else than what is taken from now on: raise FeatureBytes.Version, and put both
        // numbers here.
        Assert.Equal(
            (3, "d90512026d07cfc8"),
            (FeatureBytes.Version, hash.GetCurrentHashAsUInt64().ToString("x16", System.Globalization.CultureInfo.InvariantCulture))
        );
    }

    [Fact]
    public void Read_WhenAnotherKeyVersionOrLengthStandsThere_ThenNothingIsTaken()
    {
        var features = new ExchangeFeatures { Body = 7, Words = 3 };
        var bytes = new byte[FeatureBytes.Size];
        FeatureBytes.Write(features, new KeyedHash(1), bytes);
        Assert.True(FeatureBytes.TryRead(bytes, new KeyedHash(1), out var read));
        Assert.Equal((7UL, 3), (read.Body, read.Words));
        Assert.False(FeatureBytes.TryRead(bytes, new KeyedHash(2), out _));
        Assert.False(FeatureBytes.TryRead(bytes.AsSpan(1), new KeyedHash(1), out _));
        bytes[0]++;
        Assert.False(FeatureBytes.TryRead(bytes, new KeyedHash(1), out _));
    }
}
