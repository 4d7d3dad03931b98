using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Stillwatch.Range.House.Files;

namespace Stillwatch.Range.House.Models;

/// <summary>
/// The sizes of a house model: a decoder-only transformer with RMSNorm, rotary positions, SwiGLU and grouped-query attention; input and
/// output embeddings are one.
/// </summary>
/// <param name="Vocabulary">How many tokens there are.</param>
/// <param name="Width">The width of a state; a multiple of 16.</param>
/// <param name="Layers">How many layers there are.</param>
/// <param name="Heads">Heads of queries; each is width over heads wide, a multiple of 16.</param>
/// <param name="KeyHeads">Heads of keys and values, each for heads over key heads of queries (Ainslie et al., "GQA", EMNLP 2023).</param>
/// <param name="Hidden">The width of the gated layer; a multiple of 16 (Shazeer, "GLU variants improve transformer", 2020).</param>
/// <param name="Context">The most tokens of a conversation.</param>
internal sealed record ModelShape(int Vocabulary, int Width, int Layers, int Heads, int KeyHeads, int Hidden, int Context = 512)
{
    /// <summary>The base of the rotary frequencies (Su et al., "RoFormer", 2021, section 3.2.2).</summary>
    public const double Theta = 10_000;

    /// <summary>Added to the mean square in RMSNorm (Zhang and Sennrich, 2019).</summary>
    public const float Epsilon = 1e-5f;

    /// <summary>The width of a head.</summary>
    [JsonIgnore]
    public int HeadWidth => Width / Heads;

    /// <summary>How many numbers it has.</summary>
    [JsonIgnore]
    public long Parameters => Tensors.Sum(tensor => tensor.Shape.Aggregate(1L, (product, side) => product * side));

    /// <summary>Its tensors' names, as usual in files of such models, and their shapes.</summary>
    [JsonIgnore]
    public IEnumerable<(string Name, int[] Shape)> Tensors
    {
        get
        {
            yield return ("model.embed_tokens.weight", [Vocabulary, Width]);
            for (var layer = 0; layer < Layers; layer++)
            {
                var prefix = $"model.layers.{layer}.";
                yield return (prefix + "input_layernorm.weight", [Width]);
                yield return (prefix + "self_attn.q_proj.weight", [Heads * HeadWidth, Width]);
                yield return (prefix + "self_attn.k_proj.weight", [KeyHeads * HeadWidth, Width]);
                yield return (prefix + "self_attn.v_proj.weight", [KeyHeads * HeadWidth, Width]);
                yield return (prefix + "self_attn.o_proj.weight", [Width, Heads * HeadWidth]);
                yield return (prefix + "post_attention_layernorm.weight", [Width]);
                yield return (prefix + "mlp.gate_proj.weight", [Hidden, Width]);
                yield return (prefix + "mlp.up_proj.weight", [Hidden, Width]);
                yield return (prefix + "mlp.down_proj.weight", [Width, Hidden]);
            }

            yield return ("model.norm.weight", [Width]);
        }
    }

    /// <summary>Writes it in the form of common configuration files.</summary>
    public void Save(string path) =>
        WholeFile.Write(
            path,
            new JsonObject
            {
                ["architectures"] = new JsonArray("LlamaForCausalLM"),
                ["model_type"] = "llama",
                ["vocab_size"] = Vocabulary,
                ["hidden_size"] = Width,
                ["num_hidden_layers"] = Layers,
                ["num_attention_heads"] = Heads,
                ["num_key_value_heads"] = KeyHeads,
                ["intermediate_size"] = Hidden,
                ["max_position_embeddings"] = Context,
                ["rope_theta"] = Theta,
                ["rms_norm_eps"] = Epsilon,
                ["hidden_act"] = "silu",
                ["tie_word_embeddings"] = true,
                ["torch_dtype"] = "float32",
            }.ToJsonString()
        );

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static ModelShape Load(string path)
    {
        try
        {
            using var file = JsonDocument.Parse(File.ReadAllBytes(path));
            int Of(string name) => file.RootElement.GetProperty(name).GetInt32();
            return new(
                Of("vocab_size"),
                Of("hidden_size"),
                Of("num_hidden_layers"),
                Of("num_attention_heads"),
                Of("num_key_value_heads"),
                Of("intermediate_size"),
                Of("max_position_embeddings")
            );
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException(
                $"{path}: these are no sizes of a house model ({fault.Message}); remove its folder, and it is made again",
                fault
            );
        }
    }
}
