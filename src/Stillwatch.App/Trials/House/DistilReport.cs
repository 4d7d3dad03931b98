using Stillwatch.Reports.Pages;

namespace Stillwatch.App.Trials.House;

/// <summary>One self-contained page: what a thousand exchanges buy, skill by skill.</summary>
internal static class DistilReport
{
    /// <summary>Writes it.</summary>
    public static void Write(DistilFile file, Stream stream)
    {
        var page = HtmlPage.Begin("What exchanges buy");
        page.Add($"<h1>What exchanges buy</h1>");
        page.Add(
            $"<p class=\"quiet\">A teacher of {file.Teacher.Parameters:N0} parameters; students of "
                + $"{file.Siblings.Select(one => one.Parameters).FirstOrDefault():N0}, trained for {file.Steps:N0} steps on answers "
                + $"that were collected through the gateway; {file.Tasks} tasks of each lesson: those of arithmetic, logic and "
                + $"code were kept from all teaching, recall asks for what the teacher was taught, style is how an answer "
                + $"begins and ends. Intervals are over seeds of the training and, below the whole seed set, over which "
                + $"exchanges a student had (contained: all had the same, of one campaign); one exam for all.</p>"
        );
        Parts(file, page);
        page.Add($"<footer>Made by <code>./stillwatch range distil</code>; how it is measured: docs/house-model.md.</footer>");
        HtmlPage.Write(page, stream);
    }

    /// <summary>Writes table and plots into another page.</summary>
    public static void Parts(DistilFile file, Html page)
    {
        page.Add($"<table><thead><tr><th>handed out</th><th>exchanges</th>");
        foreach (var skill in DistilTable.Skills)
        {
            page.Add($"<th>{skill}</th>");
        }

        page.Add($"</tr></thead><tbody>");
        Row(page, "the teacher", "", [file.Teacher.Right], file.Tasks);
        foreach (var group in file.Students.GroupBy(student => (student.Arm, student.Exchanges)))
        {
            Row(page, group.Key.Arm, $"{group.Key.Exchanges:N0}", [.. group.Select(student => student.Right)], file.Tasks);
        }

        if (file.Siblings.Count > 0)
        {
            Row(page, "never asked the teacher", "0", [.. file.Siblings.Select(sibling => sibling.Right)], file.Tasks);
        }

        page.Add($"</tbody></table>");
        var several = file
            .Students.GroupBy(student => student.Arm, StringComparer.Ordinal)
            .Any(arm => arm.Select(student => student.Exchanges).Distinct().Count() > 1);
        // an arm has one colour on all plots
        var arms = file.Students.GroupBy(student => student.Arm, StringComparer.Ordinal).Take(LinePlot.Colours).ToList();
        foreach (var skill in several ? DistilTable.Skills : [])
        {
            page.Add($"<section class=\"card\"><h3>{skill}</h3>");
            LinePlot.Write(
                page,
                "exchanges",
                "% right",
                [.. arms.Select((arm, i) => Series(arm.Key, i, [.. arm], skill, file.Tasks))],
                alsoBelow: 100,
                logarithmic: true
            );

            page.Add($"</section>");
        }
    }

    private static LinePlot.Series Series(string arm, int colour, IReadOnlyList<DistilFile.Student> students, string skill, int tasks)
    {
        var points = students
            .GroupBy(student => student.Exchanges)
            .OrderBy(group => group.Key)
            .Select(group => (X: (double)group.Key, Share: DistilTable.Of([.. group.Select(student => student.Right)], skill, tasks)))
            .Where(point => !double.IsNaN(point.Share.Value))
            .ToList();
        return new(
            arm,
            [.. points.Select(point => (point.X, 100 * point.Share.Value))],
            [.. points.Select(point => 100 * point.Share.Half)],
            colour
        );
    }

    private static void Row(Html page, string what, string exchanges, IReadOnlyList<IReadOnlyDictionary<string, int>> models, int tasks)
    {
        page.Add($"<tr><td>{what}</td><td>{exchanges}</td>");
        foreach (var skill in DistilTable.Skills)
        {
            page.Add($"<td>{DistilTable.Of(models, skill, tasks).ToString()}</td>");
        }

        page.Add($"</tr>");
    }
}
