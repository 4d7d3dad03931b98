using Stillwatch.Range;
using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Tokens;
using Stillwatch.Range.House.Training;

namespace Stillwatch.Lab.Training;

/// <summary>The weights that a training begins with.</summary>
internal static class Initial
{
    private const double Embedding = 0.02;

    /// <summary>The model that the plan goes on from, or one by chance, with the folder's tokenizer.</summary>
    /// <remarks>Normal values, so that what goes through a matrix keeps its length; matrices that add to the state are smaller by the root of how many there are (Radford et al. 2019, section 2.3).</remarks>
    public static HouseModel Of(TrainingPlan plan)
    {
        if (plan.From != null)
        {
            var from = HouseModel.Load(plan.From);
            return from.Shape == plan.Shape ? from : throw new InvalidDataException($"{plan.From}: this model has other sizes than the plan");
        }

        var chance = new Chance().Begin(Chance.Seed(plan.Seed, 0));
        var tensors = plan.Shape.Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Shape.Length == 1
            ? Enumerable.Repeat(1f, tensor.Shape[0]).ToArray()
            : Normal(chance, tensor.Shape[0] * tensor.Shape[1], Deviation(plan.Shape, tensor.Name, tensor.Shape[1])), StringComparer.Ordinal);
        return new HouseModel(plan.Shape, HouseTokenizer.Load(Path.Combine(plan.Folder, "tokenizer.json")), tensors, new Dictionary<string, string>(StringComparer.Ordinal));
    }

    private static double Deviation(ModelShape shape, string name, int inner) =>
        name.Contains("embed", StringComparison.Ordinal) ? Embedding
        : (name.Contains("o_proj", StringComparison.Ordinal) || name.Contains("down_proj", StringComparison.Ordinal) ? 1 / Math.Sqrt(2 * shape.Layers) : 1) / Math.Sqrt(inner);

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
