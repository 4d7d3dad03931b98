using System.Security.Cryptography;
using Stillwatch.Range.House.Tokens;

namespace Stillwatch.Range.House.Models;

/// <summary>A house model as it lies in its folder: sizes, tokenizer and weights, in the forms that others read too.</summary>
/// <param name="Shape">Its sizes.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="Tensors">Its weights, by name.</param>
/// <param name="About">What it was made from.</param>
internal sealed record HouseModel(
    ModelShape Shape,
    HouseTokenizer Tokenizer,
    IReadOnlyDictionary<string, float[]> Tensors,
    IReadOnlyDictionary<string, string> About
)
{
    private const string Config = "config.json",
        Tokens = "tokenizer.json",
        Weights = "model.safetensors";

    /// <summary>Whether there is a whole one in <paramref name="folder"/>: the weights are written last.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, Weights));

    /// <summary>Tells the weights in <paramref name="folder"/> from any others: the beginning of their SHA-256.</summary>
    public static string DigestOf(string folder)
    {
        using var weights = File.OpenRead(Path.Combine(folder, Weights));
        return Convert.ToHexStringLower(SHA256.HashData(weights))[..16];
    }

    /// <summary>Writes it.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        Shape.Save(Path.Combine(folder, Config));
        Tokenizer.Save(Path.Combine(folder, Tokens));
        SafeTensors.Write(
            Path.Combine(folder, Weights),
            Shape.Tensors.Select(tensor => (tensor.Name, tensor.Shape, Tensors[tensor.Name])),
            About
        );
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">A file is not what it should be, or they do not belong together.</exception>
    public static HouseModel Load(string folder)
    {
        var shape = ModelShape.Load(Path.Combine(folder, Config));
        var tokenizer = HouseTokenizer.Load(Path.Combine(folder, Tokens));
        var (tensors, about) = SafeTensors.Read(Path.Combine(folder, Weights));
        foreach (var (name, sides) in shape.Tensors)
        {
            if (!tensors.TryGetValue(name, out var tensor) || !tensor.Shape.SequenceEqual(sides))
            {
                throw new InvalidDataException(
                    $"{folder}: the weights have no tensor {name} of {string.Join(" by ", sides)}; they belong to another model"
                );
            }
        }

        return tokenizer.Size == shape.Vocabulary
            ? new(
                shape,
                tokenizer,
                tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.Values, StringComparer.Ordinal),
                about
            )
            : throw new InvalidDataException(
                $"{folder}: the tokenizer has {tokenizer.Size} tokens, the weights are for {shape.Vocabulary}"
            );
    }
}
