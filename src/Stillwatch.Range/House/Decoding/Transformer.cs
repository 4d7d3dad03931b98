using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Stillwatch.Range.House.Models;

namespace Stillwatch.Range.House.Decoding;

/// <summary>
/// Reads tokens with a house model's weights: plain arithmetic on the processor, with keys and values kept. Any tokens of any conversations
/// can be read at one time, those of one conversation in order; what comes out does not depend on which. Immutable and thread-safe; each
/// thread has its own <see cref="Scratch"/>.
/// </summary>
internal sealed class Transformer
{
    private const int Lanes = KeyValues.Lanes;

    private readonly float[] _embeddings,
        _head,
        _cosines,
        _sines;
    private readonly (float[] Attend, float[] Out, float[] Gate, float[] Down)[] _layers;

    /// <summary>Takes a model's weights. The gains of the norms go into the weights that follow them.</summary>
    public Transformer(HouseModel model)
    {
        Shape = model.Shape;
        var tensors = model.Tensors;
        _embeddings = tensors["model.embed_tokens.weight"];
        _head = Gained(_embeddings, tensors["model.norm.weight"]);
        _layers =
        [
            .. Enumerable
                .Range(0, Shape.Layers)
                .Select(layer =>
                {
                    var prefix = $"model.layers.{layer}.";
                    var (first, second) = (tensors[prefix + "input_layernorm.weight"], tensors[prefix + "post_attention_layernorm.weight"]);
                    return (
                        Gained(
                            [
                                .. tensors[prefix + "self_attn.q_proj.weight"],
                                .. tensors[prefix + "self_attn.k_proj.weight"],
                                .. tensors[prefix + "self_attn.v_proj.weight"],
                            ],
                            first
                        ),
                        tensors[prefix + "self_attn.o_proj.weight"],
                        Gained([.. tensors[prefix + "mlp.gate_proj.weight"], .. tensors[prefix + "mlp.up_proj.weight"]], second),
                        tensors[prefix + "mlp.down_proj.weight"]
                    );
                }),
        ];
        var half = Shape.HeadWidth / 2;
        _cosines = new float[Shape.Context * half];
        _sines = new float[Shape.Context * half];
        for (var at = 0; at < _cosines.Length; at++)
        {
            var angle = at / half * Math.Pow(ModelShape.Theta, -2.0 * (at % half) / Shape.HeadWidth);
            (_sines[at], _cosines[at]) = ((float)Math.Sin(angle), (float)Math.Cos(angle));
        }
    }

    /// <summary>The model's sizes.</summary>
    public ModelShape Shape { get; }

    /// <summary>What a thread computes in.</summary>
    internal sealed class Scratch
    {
        internal float[] State = [],
            Normed = [],
            Attend = [],
            Out = [],
            Gate = [],
            Scores = [];
    }

    /// <summary>
    /// Reads <paramref name="rows"/> and writes the logits of what may come next, for those that want it, one after the other.
    /// </summary>
    /// <param name="rows">What is read; those of one conversation in order, beginning where it ended.</param>
    /// <param name="scratch">This thread's.</param>
    /// <param name="logits">Receives one of the vocabulary's length for each row that wants it.</param>
    public void Read(ReadOnlySpan<Row> rows, Scratch scratch, Span<float> logits)
    {
        var (count, width, attend) = (rows.Length, Shape.Width, (Shape.Heads + 2 * Shape.KeyHeads) * Shape.HeadWidth);
        var state = Room(ref scratch.State, count * width);
        var normed = Room(ref scratch.Normed, count * width);
        var heads = Room(ref scratch.Attend, count * attend);
        var output = Room(ref scratch.Out, count * width);
        var gate = Room(ref scratch.Gate, count * 2 * Shape.Hidden);
        var scores = Room(ref scratch.Scores, KeyValues.Padded(Shape.Context) * Shape.Heads / Shape.KeyHeads);
        for (var i = 0; i < count; i++)
        {
            _embeddings.AsSpan(rows[i].Token * width, width).CopyTo(state[(i * width)..]);
            rows[i].Of.Reserve(rows[i].Position + 1);
        }

        for (var layer = 0; layer < Shape.Layers; layer++)
        {
            var weights = _layers[layer];
            Norm(state, normed, count);
            MatrixProduct.Multiply(normed, count, width, weights.Attend, attend, heads);
            for (var i = 0; i < count; i++)
            {
                Place(rows[i], heads.Slice(i * attend, attend), layer);
            }

            for (var i = 0; i < count; i++)
            {
                Attend(rows[i], heads.Slice(i * attend, attend), layer, scores, normed.Slice(i * width, width));
            }

            MatrixProduct.Multiply(normed, count, width, weights.Out, width, output);
            TensorPrimitives.Add(state, output, state);
            Norm(state, normed, count);
            MatrixProduct.Multiply(normed, count, width, weights.Gate, 2 * Shape.Hidden, gate);
            Gate(gate, count);
            MatrixProduct.Multiply(gate, count, Shape.Hidden, weights.Down, width, output);
            TensorPrimitives.Add(state, output, state);
        }

        Norm(state, normed, count);
        var wanted = 0;
        for (var i = 0; i < count; i++)
        {
            if (rows[i].WantsNext)
            {
                normed.Slice(i * width, width).CopyTo(output[(wanted++ * width)..]);
            }
        }

        MatrixProduct.Multiply(output, wanted, width, _head, Shape.Vocabulary, logits);
    }

    /// <summary>Turns queries and keys by their place, and keeps keys and values.</summary>
    private void Place(in Row row, Span<float> heads, int layer)
    {
        var (wide, half) = (Shape.HeadWidth, Shape.HeadWidth / 2);
        ReadOnlySpan<float> cosines = _cosines.AsSpan(row.Position * half, half),
            sines = _sines.AsSpan(row.Position * half, half);
        for (var head = 0; head < Shape.Heads + Shape.KeyHeads; head++)
        {
            Span<float> low = heads.Slice(head * wide, half),
                high = heads.Slice(head * wide + half, half);
            for (var k = 0; k < half; k++)
            {
                (low[k], high[k]) = (low[k] * cosines[k] - high[k] * sines[k], high[k] * cosines[k] + low[k] * sines[k]);
            }
        }

        var kept = Shape.KeyHeads * wide;
        row.Of.PlaceKey(layer, row.Position, heads.Slice(Shape.Heads * wide, kept));
        heads.Slice(Shape.Heads * wide + kept, kept).CopyTo(row.Of.Values(layer)[(row.Position * kept)..]);
    }

    /// <summary>Attention over all tokens up to its own.</summary>
    private void Attend(in Row row, ReadOnlySpan<float> queries, int layer, Span<float> scores, Span<float> into)
    {
        var (wide, kept, group, tokens) = (
            Shape.HeadWidth,
            Shape.KeyHeads * Shape.HeadWidth,
            Shape.Heads / Shape.KeyHeads,
            row.Position + 1
        );
        ReadOnlySpan<float> keys = row.Of.Keys(layer),
            values = row.Of.Values(layer)[..(tokens * kept)];
        var room = KeyValues.Padded(tokens);
        for (var head = 0; head < Shape.KeyHeads; head++)
        {
            for (var query = 0; query < group; query++)
            {
                Score(
                    queries.Slice((head * group + query) * wide, wide),
                    keys[(head * wide * Lanes)..],
                    kept * Lanes,
                    scores.Slice(query * room, room)
                );
                var mine = scores.Slice(query * room, tokens);
                TensorPrimitives.Subtract(mine, TensorPrimitives.Max<float>(mine), mine);
                TensorPrimitives.Exp(mine, mine);
                TensorPrimitives.Multiply(mine, 1 / TensorPrimitives.Sum<float>(mine), mine);
                Gather(mine, values[(head * wide)..], wide, kept, into.Slice((head * group + query) * wide, wide));
            }
        }
    }

    /// <summary>How much a query looks at each token: sixteen tokens at a time, as their keys lie side by side.</summary>
    private static void Score(ReadOnlySpan<float> query, ReadOnlySpan<float> keys, int stride, Span<float> scores)
    {
        ref var key = ref MemoryMarshal.GetReference(keys);
        var scale = 1 / MathF.Sqrt(query.Length);
        for (var token = 0; token < scores.Length; token += Lanes)
        {
            var at = (nuint)(token / Lanes * stride);
            Vector512<float> a = default,
                b = default,
                c = default,
                d = default; // four sums, so that none waits for itself
            for (var k = 0; k < query.Length; k += 4)
            {
                a = Vector512.FusedMultiplyAdd(Vector512.Create(query[k]), Vector512.LoadUnsafe(ref key, at), a);
                b = Vector512.FusedMultiplyAdd(Vector512.Create(query[k + 1]), Vector512.LoadUnsafe(ref key, at + Lanes), b);
                c = Vector512.FusedMultiplyAdd(Vector512.Create(query[k + 2]), Vector512.LoadUnsafe(ref key, at + 2 * Lanes), c);
                d = Vector512.FusedMultiplyAdd(Vector512.Create(query[k + 3]), Vector512.LoadUnsafe(ref key, at + 3 * Lanes), d);
                at += 4 * Lanes;
            }

            ((a + b + (c + d)) * scale).CopyTo(scores[token..]);
        }
    }

    private static void Gather(ReadOnlySpan<float> weights, ReadOnlySpan<float> values, int wide, int stride, Span<float> into)
    {
        ref var value = ref MemoryMarshal.GetReference(values);
        for (nuint k = 0; k < (nuint)wide; k += Lanes)
        {
            Vector512<float> even = default,
                odd = default;
            var at = k;
            var token = 0;
            for (; token + 1 < weights.Length; token += 2)
            {
                even = Vector512.FusedMultiplyAdd(Vector512.Create(weights[token]), Vector512.LoadUnsafe(ref value, at), even);
                odd = Vector512.FusedMultiplyAdd(
                    Vector512.Create(weights[token + 1]),
                    Vector512.LoadUnsafe(ref value, at + (nuint)stride),
                    odd
                );
                at += 2 * (nuint)stride;
            }

            if (token < weights.Length)
            {
                even = Vector512.FusedMultiplyAdd(Vector512.Create(weights[token]), Vector512.LoadUnsafe(ref value, at), even);
            }

            (even + odd).CopyTo(into[(int)k..]);
        }
    }

    private void Norm(ReadOnlySpan<float> state, Span<float> normed, int count)
    {
        var width = Shape.Width;
        for (var i = 0; i < count; i++)
        {
            var one = state.Slice(i * width, width);
            var scale = 1 / MathF.Sqrt(TensorPrimitives.SumOfSquares(one) / width + ModelShape.Epsilon);
            TensorPrimitives.Multiply(one, scale, normed.Slice(i * width, width));
        }
    }

    /// <summary>SwiGLU, in place: the first half of the numbers receives the result, packed.</summary>
    private void Gate(Span<float> gate, int count)
    {
        var hidden = Shape.Hidden;
        for (var i = 0; i < count; i++)
        {
            Span<float> open = gate.Slice(2 * i * hidden, hidden),
                up = gate.Slice((2 * i + 1) * hidden, hidden),
                into = gate.Slice(i * hidden, hidden);
            TensorPrimitives.Multiply(up, open, up);
            TensorPrimitives.Sigmoid(open, open);
            TensorPrimitives.Multiply(up, open, into);
        }
    }

    private static float[] Gained(float[] weights, float[] gains)
    {
        var gained = new float[weights.Length];
        for (var i = 0; i < weights.Length; i += gains.Length)
        {
            TensorPrimitives.Multiply(weights.AsSpan(i, gains.Length), gains, gained.AsSpan(i));
        }

        return gained;
    }

    private static Span<float> Room(ref float[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new float[length];
        }

        return buffer.AsSpan(0, length);
    }
}
