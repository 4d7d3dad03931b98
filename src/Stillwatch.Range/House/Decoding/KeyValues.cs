using Stillwatch.Range.House.Models;

namespace Stillwatch.Range.House.Decoding;

/// <summary>The keys and values of one conversation: what a token is told of those before it is computed once. Grows as it is needed.</summary>
internal sealed class KeyValues(ModelShape shape)
{
    private const int Room = 64;   // tokens

    private readonly int _width = shape.KeyHeads * shape.HeadWidth;
    private readonly float[][] _keys = [.. Enumerable.Range(0, shape.Layers).Select(_ => new float[Room * shape.KeyHeads * shape.HeadWidth])];
    private readonly float[][] _values = [.. Enumerable.Range(0, shape.Layers).Select(_ => new float[Room * shape.KeyHeads * shape.HeadWidth])];

    /// <summary>How many tokens it has.</summary>
    public int Count { get; set; }

    /// <summary>The keys of a layer: by token, then by head.</summary>
    public Span<float> Keys(int layer) => _keys[layer];

    /// <summary>The values of a layer.</summary>
    public Span<float> Values(int layer) => _values[layer];

    /// <summary>Makes room for <paramref name="tokens"/> in all.</summary>
    public void Reserve(int tokens)
    {
        if (tokens * _width <= _keys[0].Length)
        {
            return;
        }

        var room = Math.Min(shape.Context, Math.Max(tokens, 2 * _keys[0].Length / _width)) * _width;
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            Array.Resize(ref _keys[layer], room);
            Array.Resize(ref _values[layer], room);
        }
    }
}
