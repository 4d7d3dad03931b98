using Stillwatch.Range.House.Models;
using static TorchSharp.torch;

namespace Stillwatch.Lab.Training;

/// <summary>
/// A house model that learns: the arithmetic of <see cref="Stillwatch.Range.House.Decoding.Transformer"/>, with gradients. All weights lie
/// in one tensor, in the order of the shape.
/// </summary>
internal sealed class Network : IDisposable
{
    private readonly ModelShape _shape;
    private readonly long[] _sizes;
    private readonly Dictionary<string, int> _places;
    private readonly Tensor _cosines,
        _sines;

    /// <summary>Takes the weights.</summary>
    public Network(HouseModel model, Device device)
    {
        _shape = model.Shape;
        _sizes = [.. _shape.Tensors.Select(tensor => tensor.Shape.Aggregate(1L, (product, side) => product * side))];
        _places = _shape
            .Tensors.Select((tensor, i) => (tensor.Name, i))
            .ToDictionary(one => one.Name, one => one.i, StringComparer.Ordinal);
        Weights = tensor(_shape.Tensors.SelectMany(one => model.Tensors[one.Name]).ToArray(), device: device).requires_grad_();
        using var scope = NewDisposeScope();
        var frequencies = arange(0, _shape.HeadWidth / 2, ScalarType.Float32).mul(-2 * Math.Log(ModelShape.Theta) / _shape.HeadWidth).exp();
        var angles = outer(arange(0, _shape.Context, ScalarType.Float32), frequencies).view(1, _shape.Context, 1, -1).to(device);
        (_cosines, _sines) = (angles.cos().MoveToOuterDisposeScope(), angles.sin().MoveToOuterDisposeScope());
    }

    /// <summary>All weights, one after the other.</summary>
    public Tensor Weights { get; }

    /// <summary>1 where a weight decays: in matrices; 0 in the gains of norms and in the embeddings.</summary>
    public Tensor Decaying()
    {
        using var scope = NewDisposeScope();
        return cat([.. _shape.Tensors.Select((tensor, i) => full(_sizes[i], tensor.Shape.Length == 2 && i > 0 ? 1f : 0f))])
            .to(Weights.device)
            .MoveToOuterDisposeScope();
    }

    /// <summary>The weights by name, for a file.</summary>
    public IReadOnlyDictionary<string, float[]> ByName()
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var parts = Weights.detach().cpu().split(_sizes);
        return _places.ToDictionary(place => place.Key, place => parts[place.Value].data<float>().ToArray(), StringComparer.Ordinal);
    }

    /// <summary>
    /// The logits of the next token at each place of <paramref name="tokens"/> (rows by length): rows times length by the vocabulary.
    /// </summary>
    public Tensor Read(Tensor tokens)
    {
        var (rows, length, width) = (tokens.shape[0], tokens.shape[1], _shape.Width);
        var weights = Weights.split(_sizes);
        Tensor Matrix(string name, long outer, long inner) => weights[_places[name]].view(outer, inner);
        Tensor Gain(string name) => weights[_places[name]];
        var embeddings = Matrix("model.embed_tokens.weight", _shape.Vocabulary, width);
        var state = embeddings.index_select(0, tokens.flatten());
        var (cosines, sines) = (_cosines.narrow(1, 0, length), _sines.narrow(1, 0, length));
        var (heads, kept, wide) = (_shape.Heads, _shape.KeyHeads, _shape.HeadWidth);
        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            var prefix = $"model.layers.{layer}.";
            var normed = Norm(state) * Gain(prefix + "input_layernorm.weight");
            var attend = cat([
                Matrix(prefix + "self_attn.q_proj.weight", heads * wide, width),
                Matrix(prefix + "self_attn.k_proj.weight", kept * wide, width),
                Matrix(prefix + "self_attn.v_proj.weight", kept * wide, width),
            ]);
            var all = nn.functional.linear(normed, attend).view(rows, length, heads + 2 * kept, wide);
            var halves = all.narrow(2, 0, heads + kept).chunk(2, -1);
            var turned = cat([halves[0] * cosines - halves[1] * sines, halves[1] * cosines + halves[0] * sines], -1);
            var queries = turned.narrow(2, 0, heads).transpose(1, 2);
            var keys = Repeat(turned.narrow(2, heads, kept).transpose(1, 2), heads / kept);
            var values = Repeat(all.narrow(2, heads + kept, kept).transpose(1, 2), heads / kept);
            var seen = nn.functional.scaled_dot_product_attention(queries, keys, values, is_casual: true);
            state =
                state
                + nn.functional.linear(
                    seen.transpose(1, 2).reshape(rows * length, heads * wide),
                    Matrix(prefix + "self_attn.o_proj.weight", width, heads * wide)
                );
            normed = Norm(state) * Gain(prefix + "post_attention_layernorm.weight");
            var open = nn.functional.linear(normed, Matrix(prefix + "mlp.gate_proj.weight", _shape.Hidden, width));
            var up = nn.functional.linear(normed, Matrix(prefix + "mlp.up_proj.weight", _shape.Hidden, width));
            state =
                state + nn.functional.linear(nn.functional.silu(open) * up, Matrix(prefix + "mlp.down_proj.weight", width, _shape.Hidden));
        }

        return nn.functional.linear(Norm(state) * Gain("model.norm.weight"), embeddings);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        _cosines.Dispose();
        _sines.Dispose();
    }

    private static Tensor Norm(Tensor state) => state * (state.square().mean([-1], keepdim: true) + ModelShape.Epsilon).rsqrt();

    /// <summary>Each head of keys or values for the queries' heads that share it.</summary>
    private static Tensor Repeat(Tensor heads, int times) =>
        times == 1
            ? heads
            : heads
                .unsqueeze(2)
                .expand(heads.shape[0], heads.shape[1], times, heads.shape[2], heads.shape[3])
                .reshape(heads.shape[0], heads.shape[1] * times, heads.shape[2], heads.shape[3]);
}
