using Stillwatch.Range.House.Models;

namespace Stillwatch.Range.House.Decoding;

/// <summary>
/// The keys and values of one conversation: what a token is told of those before it is computed once. Grows as it is needed.
/// </summary>
internal sealed class KeyValues(ModelShape shape)
{
    /// <summary>So many tokens' keys lie side by side: number by number, so that a query is held against all of them at one time.</summary>
    public const int Lanes = 16;

    private const int Room = 4 * Lanes; // tokens

    private readonly int _width = shape.KeyHeads * shape.HeadWidth;
    private readonly float[][] _keys =
    [
        .. Enumerable.Range(0, shape.Layers).Select(_ => new float[Room * shape.KeyHeads * shape.HeadWidth]),
    ];
    private readonly float[][] _values =
    [
        .. Enumerable.Range(0, shape.Layers).Select(_ => new float[Room * shape.KeyHeads * shape.HeadWidth]),
    ];

    /// <summary>The keys of a layer: by sixteen tokens, then by head and number, then by token.</summary>
    public ReadOnlySpan<float> Keys(int layer) => _keys[layer];

    /// <summary>The values of a layer: by token, then by head and number.</summary>
    public Span<float> Values(int layer) => _values[layer];

    /// <summary>Room for <paramref name="tokens"/> tokens, in whole sixteens.</summary>
    public static int Padded(int tokens) => (tokens + Lanes - 1) / Lanes * Lanes;

    /// <summary>Keeps the key of a token, all heads of it.</summary>
    public void PlaceKey(int layer, int token, ReadOnlySpan<float> key)
    {
        var into = _keys[layer].AsSpan(token / Lanes * Lanes * _width + token % Lanes);
        for (var i = 0; i < key.Length; i++)
        {
            into[i * Lanes] = key[i];
        }
    }

    /// <summary>Makes room for <paramref name="tokens"/> in all.</summary>
    public void Reserve(int tokens)
    {
        if (tokens * _width <= _keys[0].Length)
        {
            return;
        }

        var room = Padded(Math.Min(shape.Context, Math.Max(tokens, 2 * _keys[0].Length / _width))) * _width;
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            Array.Resize(ref _keys[layer], room);
            Array.Resize(ref _values[layer], room);
        }
    }
}
