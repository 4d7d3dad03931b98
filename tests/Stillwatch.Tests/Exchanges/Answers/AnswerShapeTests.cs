using System.Buffers;
using System.Text;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Exchanges.Requests;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Answers;

/// <summary>
/// Of each dialect, from its own shape: what hands something out is not there where that is stripped and is where it is not; what nobody
/// knows never is.
/// </summary>
public sealed class AnswerShapeTests
{
    public static TheoryData<Dialect, bool> Forms =>
        [
            .. WireFormat
                .Formats.Where(format => format.Answer != null)
                .SelectMany(format => new[] { (format.Dialect, false), (format.Dialect, true) }),
        ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Field_WhenWhatItCarriesIsStripped_ThenItNeverPassesAndElseItDoes(Dialect dialect, bool stream)
    {
        var samples = AnswerSamples.Carrying(Shape(dialect, stream)).ToList();
        Assert.True(samples.Count > 0 || dialect is Dialect.Embeddings or Dialect.CountTokens, "nothing is looked for");
        foreach (var (path, carries, json) in samples)
        {
            Assert.Contains(AnswerSamples.Canary, json, StringComparison.Ordinal);
            foreach (var one in Enum.GetValues<Capability>().Where(one => one != 0 && carries.HasFlag(one)))
            {
                foreach (var sent in Spellings(json, path, stream))
                {
                    var got = Pass(dialect, stream, one, sent, out var stripped);
                    Assert.False(got.Contains(AnswerSamples.Canary, StringComparison.Ordinal), $"{path}: {sent} gives {got}");
                    Assert.True(stream || sent != json || stripped == one, $"{path}: {stripped}");
                }
            }

            Assert.True(
                Pass(dialect, stream, Capability.Tools, stream ? Sse(json) : json, out _)
                    .Contains(AnswerSamples.Canary, StringComparison.Ordinal),
                $"{path} is lost: {json}"
            );
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Field_WhenNobodyKnowsIt_ThenItNeverPassesWhereAnythingIsStripped(Dialect dialect, bool stream)
    {
        var shape = Shape(dialect, stream);
        List<AnswerSamples.Sample> samples = [.. AnswerSamples.WithUnknown(shape), .. AnswerSamples.OfUnknownKind(shape)];
        Assert.NotEmpty(samples);
        foreach (var (path, _, json) in samples)
        {
            Assert.Contains(AnswerSamples.Canary, json, StringComparison.Ordinal);
            foreach (var sent in Spellings(json, path, stream))
            {
                var got = Pass(dialect, stream, Capability.Tools, sent, out _);
                Assert.False(got.Contains(AnswerSamples.Canary, StringComparison.Ordinal), $"{path}: {sent} gives {got}");
                Assert.Equal(sent, Pass(dialect, stream, Capability.None, sent, out _));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Answer_WhenAllOfItIsKnownAndNothingInItIsStripped_ThenItComesThroughByteForByte(Dialect dialect, bool stream)
    {
        foreach (var json in AnswerSamples.Whole(Shape(dialect, stream)))
        {
            foreach (var spaced in new[] { json, json.Replace(",\"", " ,\n  \"", StringComparison.Ordinal) })
            {
                var sent = stream ? Sse(spaced) : spaced + "\n";
                Assert.Equal(sent, Pass(dialect, stream, Capability.Tools, sent, out var stripped));
                Assert.Equal(Capability.None, stripped);
            }
        }
    }

    /// <summary>The sample as servers and lax readers could write it, each of them in an event or as a body.</summary>
    private static IEnumerable<string> Spellings(string json, string path, bool stream)
    {
        var field = path.Split('/').LastOrDefault(step => step != "[]" && !step.StartsWith('=')) ?? "";
        List<string> spelled = [json];
        if (field.Length > 0 && !path.EndsWith('!'))
        {
            spelled.Add(json.Replace($"\"{field}\":", $"\"{field.ToUpperInvariant()}\":", StringComparison.Ordinal));
            spelled.Add(json.Replace($"\"{field}\":", $"\"\\u{(int)field[0]:x4}{field[1..]}\":", StringComparison.Ordinal));
            spelled.Add(json.Replace($"\"{field}\":", $"\"{field}\":null,\"{field}\":", StringComparison.Ordinal));
        }

        if (!stream)
        {
            return [.. spelled, "\uFEFF" + json];
        }

        return
        [
            .. spelled.Select(Sse),
            "\uFEFF" + Sse(json),
            Sse(json).Replace("\n", "\r\n", StringComparison.Ordinal),
            Sse(json).Replace("\n", "\r", StringComparison.Ordinal),
            Sse(json).Replace("data: ", "data:", StringComparison.Ordinal),
            Sse(json.Replace(",\"", ",\n\"", StringComparison.Ordinal)),
            Sse(json).TrimEnd('\n'),
            ": " + AnswerSamples.Canary + "\n" + AnswerSamples.Canary + ": x\nevent: a " + AnswerSamples.Canary + "\n" + Sse(json),
        ];
    }

    private static string Sse(string json) => "data: " + json.Replace("\n", "\ndata: ", StringComparison.Ordinal) + "\n\n";

    private static AnswerShape Shape(Dialect dialect, bool stream) =>
        stream ? WireFormat.Of(dialect).StreamEvent! : WireFormat.Of(dialect).Answer!;

    private static string Pass(Dialect dialect, bool stream, Capability strip, string sent, out Capability stripped)
    {
        var (filter, output) = (new AnswerFilter(WireFormat.Of(dialect), strip), new ArrayBufferWriter<byte>());
        if (stream)
        {
            filter.Event(Encoding.UTF8.GetBytes(sent), output);
            filter.End(output);
        }
        else
        {
            filter.Body(Encoding.UTF8.GetBytes(sent), output);
        }

        stripped = filter.Stripped;
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
