using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Tokens;
using Stillwatch.Range.House.Training;

namespace Stillwatch.Lab.Training;

/// <summary>The model that a training begins with.</summary>
internal static class Initial
{
    /// <summary>The model that the plan goes on from, or one by chance, with the folder's tokenizer.</summary>
    public static HouseModel Of(TrainingPlan plan)
    {
        if (plan.From != null)
        {
            var from = HouseModel.Load(plan.From);
            return from.Shape == plan.Shape
                ? from
                : throw new InvalidDataException($"{plan.From}: this model has other sizes than the plan");
        }

        return new HouseModel(
            plan.Shape,
            HouseTokenizer.Load(Path.Combine(plan.Folder, "tokenizer.json")),
            InitialWeights.Of(plan.Shape, plan.Seed),
            new Dictionary<string, string>(StringComparer.Ordinal)
        );
    }
}
