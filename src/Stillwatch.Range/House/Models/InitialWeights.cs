namespace Stillwatch.Range.House.Models;

/// <summary>The weights that a training from nothing begins with.</summary>
/// <remarks>
/// Normal values, so that what goes through a matrix keeps its length; matrices that add to the state are smaller by the root of how many
/// there are (Radford et al. 2019, section 2.3).
/// </remarks>
internal static class InitialWeights
{
    private const double Embedding = 0.02;

    /// <summary>Draws them.</summary>
    public static IReadOnlyDictionary<string, float[]> Of(ModelShape shape, ulong seed)
    {
        var chance = new Chance().Begin(Chance.Seed(seed, 0));
        return shape.Tensors.ToDictionary(
            tensor => tensor.Name,
            tensor =>
                tensor.Shape.Length == 1
                    ? Enumerable.Repeat(1f, tensor.Shape[0]).ToArray()
                    : Normal(chance, tensor.Shape[0] * tensor.Shape[1], Deviation(shape, tensor.Name, tensor.Shape[1])),
            StringComparer.Ordinal
        );
    }

    private static double Deviation(ModelShape shape, string name, int inner) =>
        name.Contains("embed", StringComparison.Ordinal)
            ? Embedding
            : (
                name.Contains("o_proj", StringComparison.Ordinal) || name.Contains("down_proj", StringComparison.Ordinal)
                    ? 1 / Math.Sqrt(2 * shape.Layers)
                    : 1
            ) / Math.Sqrt(inner);

    private static float[] Normal(Chance chance, int count, double deviation)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = (float)(chance.Normal() * deviation);
        }

        return values;
    }
}
