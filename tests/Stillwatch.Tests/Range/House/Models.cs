using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Tokens;
using Stillwatch.Range.House.Training;

namespace Stillwatch.Tests.Range.House;

/// <summary>House models with weights by chance: they say nothing, in all forms.</summary>
internal static class Models
{
    /// <summary>The tokenizer of all of them.</summary>
    public static HouseTokenizer Tokenizer { get; } = HouseTokenizer.Train(Curriculum.Texts(1, 300), 400);

    /// <summary>A small one.</summary>
    public static HouseModel Small { get; } = ByChance(new ModelShape(Tokenizer.Size, 64, 2, 4, 2, 96, 256), 1);

    /// <summary>One of these sizes.</summary>
    public static HouseModel ByChance(ModelShape shape, ulong seed) =>
        new(shape, Tokenizer, InitialWeights.Of(shape, seed), new Dictionary<string, string>(StringComparer.Ordinal));
}
