using Stillwatch.Campaigns.Dossiers;
using Stillwatch.Reports.Scan;
using Stillwatch.Signals;

namespace Stillwatch.Reports.Pages;

/// <summary>
/// What a second pass worked out, on a card: the verdict with its evidence, what was taken, end users, who looks alike and is honest.
/// </summary>
internal static class DossierPart
{
    /// <summary>Writes it.</summary>
    public static void Write(Html page, Briefing briefing, Dossier? dossier, IReadOnlyList<int> accounts, double[] bits)
    {
        if (briefing.Dossiers == null || dossier == null)
        {
            return;
        }

        Verdict(page, briefing.Dossiers.Assess(dossier));
        Taken(page, dossier.Taken, briefing.Dossiers.Behaviour);
        Unlike(page, dossier, briefing.Dossiers);
        EndUsers(page, dossier, briefing.Calibration);
        Contrasts(page, briefing, Contrast.Of(briefing.Watch, accounts, bits));
    }

    private static void Verdict(Html page, Assessment assessment)
    {
        page.Add(
            $"<h3>Taken for: "
                + $"{DossierToJson.Say(assessment.Verdict)}"
                + $"{(assessment.Lead > 0 ? $", {assessment.Lead:N0} bits before the next" : ": nothing leads by three bits")}"
                + $"</h3><details><summary>Evidence for and against each verdict</summary><table><thead><tr><th>verdict"
                + $"</th><th>bits</th><th>what was seen</th></tr></thead><tbody>"
        );
        foreach (var argument in assessment.Arguments)
        {
            page.Add($"<tr><td>{DossierToJson.Say(argument.For)}</td><td>{argument.Bits:+0;-0}</td><td>{argument.Text}</td></tr>");
        }

        page.Add($"</tbody></table></details>");
        if (assessment.WouldChange.Count > 0)
        {
            page.Add($"<p class=\"quiet\">It would be taken for something else {string.Join("; ", assessment.WouldChange)}.</p>");
        }
    }

    private static void Taken(Html page, Taken taken, Behaviour behaviour)
    {
        var days = taken.Days(behaviour).ToList();
        page.Add(
            $"<h3>What it took, by capability</h3><table><thead><tr><th>capability</th><th>exchanges</th><th>tokens "
                + $"out</th></tr></thead><tbody>"
        );
        for (var i = 0; i < ShownCapabilities.Names.Count; i++)
        {
            var (exchanges, tokens) = taken.ByCapability[i];
            if (exchanges > 0)
            {
                page.Add($"<tr><td>{ShownCapabilities.Names[i]}</td><td>{exchanges:N0}</td><td>{tokens:N0}</td></tr>");
            }
        }

        page.Add($"</tbody></table>");
        if (days.Count > 1)
        {
            page.Add($"<p>It reached the topics and kinds that {days[^1].Covered:P0} of all customers' requests lie in.</p>");
            LinePlot.Write(
                page,
                "days since its first exchange",
                "share reached",
                [
                    new(
                        "share of what customers ask that it reached",
                        [.. days.Select(day => ((double)(day.Day - days[0].Day), day.Covered))]
                    ),
                ],
                alsoBelow: 1
            );
        }
    }

    private static void Unlike(Html page, Dossier dossier, Dossiers dossiers)
    {
        var kernel = dossiers.UnlikeEverybody(dossier).Kernel;
        var compared =
            kernel.Compared == 0
                ? ""
                : $"Of {kernel.Compared:N0} accounts that nobody suspects, {kernel.AsFar:N0} ask as far from what everybody asks (kernel "
                    + "two-sample test); ";
        page.Add(
            $"<p class=\"quiet\">{compared}{dossier.Novel:P1} of its requests lie where nobody else had asked before (of everybody's "
                + $"{dossiers.Unlikeness.NovelOfAll:P1}). Neither decides anything.</p>"
        );
    }

    private static void EndUsers(Html page, Dossier dossier, Calibration calibration)
    {
        if (dossier.EndUsers.Count > 1)
        {
            var harvesters = dossier.Harvesters(calibration);
            page.Add(
                $"<p>{dossier.EndUsers.Count:N0} end users are named; {dossier.EndUsers.Values.Count(one => one.FollowUps > 0):N0} of "
                    + $"them converse; {harvesters.Count:N0} walk a seed set by themselves, with "
                    + $"{harvesters.Sum(one => one.Conduct.Exchanges):N0} exchanges.</p>"
            );
        }
    }

    private static void Contrasts(Html page, Briefing briefing, IReadOnlyList<Contrast> contrasts)
    {
        page.Add($"<h3>Who asks most like it and was not flagged</h3><ul>");
        foreach (var contrast in contrasts)
        {
            page.Add($"<li>{briefing.Log.Names[contrast.Account]}: {contrast.ToldApart}</li>");
        }

        page.Add($"</ul>");
    }
}
