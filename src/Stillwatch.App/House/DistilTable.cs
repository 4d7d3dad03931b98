namespace Stillwatch.App.House;

/// <summary>What exchanges buy, as a table: by skill, the mean over lessons and seeds, with the interval over seeds.</summary>
internal static class DistilTable
{
    /// <summary>The skills, in the order of the table.</summary>
    public static IReadOnlyList<string> Skills { get; } = [.. Students.Examined.Select(lesson => lesson.Skill).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>A share right: its mean over seeds, and the half width of its 95 % interval (Student's t); not a number for one seed.</summary>
    public readonly record struct Mean(double Value, double Half)
    {
        /// <inheritdoc/>
        public override string ToString() => double.IsNaN(Value) ? "–" : double.IsNaN(Half) ? $"{Value:P1}" : $"{Value:P1} ± {100 * Half:0.0}";
    }

    /// <summary>Writes it.</summary>
    public static void Write(DistilFile file, TextWriter writer)
    {
        writer.WriteLine($"{"",-34}{string.Concat(Skills.Select(skill => $"{skill,-18}"))}");
        writer.WriteLine($"{"the teacher",-34}{string.Concat(Skills.Select(skill => $"{Of([file.Teacher.Right], skill, file.Tasks),-18}"))}");
        foreach (var group in file.Students.GroupBy(student => (student.Arm, student.Exchanges)))
        {
            writer.WriteLine($"{$"{group.Key.Arm}, {group.Key.Exchanges:N0} exchanges",-34}{string.Concat(Skills.Select(skill => $"{Of([.. group.Select(student => student.Right)], skill, file.Tasks),-18}"))}");
        }

        writer.WriteLine($"{"never asked the teacher",-34}{string.Concat(Skills.Select(skill => $"{Of([.. file.Siblings.Select(sibling => sibling.Right)], skill, file.Tasks),-18}"))}");
    }

    /// <summary>The share right of <paramref name="skill"/>; not a number where nothing of it was examined.</summary>
    public static Mean Of(IReadOnlyList<IReadOnlyDictionary<string, int>> models, string skill, int tasks)
    {
        var lessons = Students.Examined.Where(lesson => lesson.Skill == skill && models.All(right => right.ContainsKey(lesson.Name))).Select(lesson => lesson.Name).ToList();
        if (lessons.Count == 0 || models.Count == 0)
        {
            return new(double.NaN, double.NaN);
        }

        var values = models.Select(right => lessons.Average(lesson => (double)right[lesson] / tasks)).ToList();
        var mean = values.Average();
        if (values.Count < 2)
        {
            return new(mean, double.NaN);
        }

        var deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
        return new(mean, MathNet.Numerics.Distributions.StudentT.InvCDF(0, 1, values.Count - 1, 0.975) * deviation / Math.Sqrt(values.Count));
    }
}
