using System.Text;
using Stillwatch.App.Embedding;
using Stillwatch.Features;
using Stillwatch.Tests.Features;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.App.Embedding;

public sealed class OnnxEmbedderTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Embed_WhenAModelIsLoaded_ThenWordsLieWhereItsTableSaysAndFeaturesTakeIt()
    {
        _folder.Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nbridge\nharbour\nlantern\n");
        using var embedder = new OnnxEmbedder(_folder.Write("model.onnx", TinyModel.Gather(rows: 8, columns: 16)));
        Assert.Equal(1.0, Cosine(embedder.Embed("bridge"u8), embedder.Embed("bridge"u8)), 2);
        Assert.True(Cosine(embedder.Embed("bridge"u8), embedder.Embed("lantern"u8)) < 0.95);
        Assert.Equal(127, Norm(embedder.Embed("bridge harbour"u8)), 8.0);

        var line = """{"id":"x","time":"2026-03-02T00:10:19.162Z","account":"a","request":{"prompt":"bridge"}}""";
        Assert.Equal(1.0, Cosine(FeaturesOf.Line(line, embedder).Topic, embedder.Embed("bridge"u8)), 6);
    }

    [Fact]
    public void Load_WhenTheVocabularyIsMissingOrTheModelIsNone_ThenItSaysSo()
    {
        Assert.Throws<UnusableInputException>(() => new OnnxEmbedder(_folder.Write("m.onnx", TinyModel.Gather(8, 4))).Dispose());
        _folder.Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n");
        var fault = Assert.Throws<UnusableInputException>(() =>
            new OnnxEmbedder(_folder.Write("m.onnx", "no model"u8.ToArray())).Dispose()
        );
        Assert.Contains("cannot be loaded as an embedder", fault.Message, StringComparison.Ordinal);
    }

    private static double Cosine(ExchangeFeatures.TopicVector a, ExchangeFeatures.TopicVector b)
    {
        var dot = 0.0;
        for (var i = 0; i < ExchangeFeatures.TopicDimensions; i++)
        {
            dot += a[i] * b[i];
        }

        return dot / (Norm(a) * Norm(b));
    }

    private static double Norm(ExchangeFeatures.TopicVector a)
    {
        var sum = 0.0;
        for (var i = 0; i < ExchangeFeatures.TopicDimensions; i++)
        {
            sum += a[i] * a[i];
        }

        return Math.Sqrt(sum);
    }

    /// <summary>
    /// An ONNX model written byte by byte (protocol buffers by hand): one Gather of a table by input_ids, [1, n] to [1, n, columns].
    /// </summary>
    private static class TinyModel
    {
        public static byte[] Gather(int rows, int columns)
        {
            var random = new Random(1);
            var table = Enumerable
                .Range(0, rows * columns)
                .SelectMany(_ => BitConverter.GetBytes((float)(random.NextDouble() - 0.5)))
                .ToArray();
            var tensor = Message(Number(1, rows), Number(1, columns), Number(2, 1), Text(8, "table"), Bytes(9, table));
            var node = Message(Text(1, "table"), Text(1, "input_ids"), Text(2, "out"), Text(4, "Gather"));
            var graph = Message(
                Bytes(1, node),
                Text(2, "g"),
                Bytes(5, tensor),
                Bytes(11, Value("input_ids", 7, "n")),
                Bytes(12, Value("out", 1, "n", columns))
            );
            return Message(Number(1, 8), Bytes(7, graph), Bytes(8, Message(Text(1, ""), Number(2, 13))));
        }

        private static byte[] Value(string name, int type, string dimension, int? last = null)
        {
            var shape = Message([
                Bytes(1, Message(Number(1, 1))),
                Bytes(1, Message(Text(2, dimension))),
                .. last is { } d ? new[] { Bytes(1, Message(Number(1, d))) } : [],
            ]);
            return Message(Text(1, name), Bytes(2, Message(Bytes(1, Message(Number(1, type), Bytes(2, shape))))));
        }

        private static byte[] Message(params byte[][] fields) => [.. fields.SelectMany(field => field)];

        private static byte[] Number(int field, long value) => [.. Varint((field << 3) | 0), .. Varint(value)];

        private static byte[] Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

        private static byte[] Bytes(int field, byte[] value) => [.. Varint((field << 3) | 2), .. Varint(value.Length), .. value];

        private static byte[] Varint(long value)
        {
            List<byte> bytes = [];
            for (; value > 127; value >>= 7)
            {
                bytes.Add((byte)(value & 127 | 128));
            }

            return [.. bytes, (byte)value];
        }
    }
}
