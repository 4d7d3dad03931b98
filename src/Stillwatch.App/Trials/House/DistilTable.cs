namespace Stillwatch.App.Trials.House;

/// <summary>What exchanges buy, as a table: by skill, the mean over lessons and seeds, with the interval over seeds.</summary>
internal static class DistilTable
{
    /// <summary>The skills, in the order of the table.</summary>
    public static IReadOnlyList<string> Skills { get; } =
    [.. Students.Examined.Select(lesson => lesson.Skill).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private const int FewestOfInterval = 3; // seeds: of two, Student's t says nothing

    /// <summary>A share right.</summary>
    /// <param name="Value">Its mean over seeds; not a number where nothing of it was examined.</param>
    /// <param name="Half">Half the width of its 95 % interval over seeds (Student's t); not a number for fewer than three.</param>
    /// <param name="Low">The lowest of the seeds.</param>
    /// <param name="High">The highest.</param>
    public readonly record struct Mean(double Value, double Half, double Low, double High)
    {
        /// <inheritdoc/>
        public override string ToString() =>
            double.IsNaN(Value) ? "–"
            : !double.IsNaN(Half) ? $"{Value:P1} ± {100 * Half:0.0}"
            : Low < High ? $"{Value:P1} ({100 * Low:0.0} to {100 * High:0.0})"
            : $"{Value:P1}";
    }

    /// <summary>Writes it.</summary>
    public static void Write(DistilFile file, TextWriter writer)
    {
        string BySkill(IReadOnlyList<IReadOnlyDictionary<string, int>> models) =>
            string.Concat(Skills.Select(skill => $"{Of(models, skill, file.Tasks), -24}"));

        writer.WriteLine($"{"", -42}{string.Concat(Skills.Select(skill => $"{skill, -24}"))}");
        writer.WriteLine($"{"the teacher", -42}{BySkill([file.Teacher.Right])}");
        foreach (var group in file.Students.GroupBy(student => (student.Arm, student.Exchanges)))
        {
            writer.WriteLine(
                $"{$"{group.Key.Arm}, {group.Key.Exchanges:N0} exchanges", -42}" + BySkill([.. group.Select(student => student.Right)])
            );
        }

        writer.WriteLine($"{"never asked the teacher", -42}" + BySkill([.. file.Siblings.Select(sibling => sibling.Right)]));
    }

    /// <summary>The share right of <paramref name="skill"/>.</summary>
    public static Mean Of(IReadOnlyList<IReadOnlyDictionary<string, int>> models, string skill, int tasks)
    {
        var lessons = Students
            .Examined.Where(lesson => lesson.Skill == skill && models.All(right => right.ContainsKey(lesson.Name)))
            .Select(lesson => lesson.Name)
            .ToList();
        if (lessons.Count == 0 || models.Count == 0)
        {
            return new(double.NaN, double.NaN, double.NaN, double.NaN);
        }

        var values = models.Select(right => lessons.Average(lesson => (double)right[lesson] / tasks)).ToList();
        var mean = values.Average();
        if (values.Count < FewestOfInterval)
        {
            return new(mean, double.NaN, values.Min(), values.Max());
        }

        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
        return new(
            mean,
            MathNet.Numerics.Distributions.StudentT.InvCDF(0, 1, values.Count - 1, 0.975) * deviation / Math.Sqrt(values.Count),
            values.Min(),
            values.Max()
        );
    }
}
