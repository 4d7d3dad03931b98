using Stillwatch.Exchanges;
using Stillwatch.Reports.Pages;

namespace Stillwatch.App.Trials.House;

/// <summary>One self-contained page that tells the story: what was pulled, when it was found, what leaked, what that bought.</summary>
internal static class StoryReport
{
    /// <summary>Writes it.</summary>
    public static void Write(ContainmentOutcome outcome, DistilFile file, Stream stream)
    {
        var page = HtmlPage.Begin("The story of a campaign");
        page.Add($"<h1>The story of a campaign</h1>");
        page.Add(
            $"<h2>1. It pulls</h2><p>{outcome.Lab} accounts of one lab ask {outcome.Asked:N0} fresh tasks of the live house model, "
                + $"among {outcome.Honest:N0} honest accounts with {outcome.HonestExchanges:N0} requests, over two weeks of the "
                + $"range's time. Every request goes through the gateway, with a key of its own account.</p>"
        );
        page.Add($"<h2>2. It is found</h2>");
        if (outcome.Found is { } found)
        {
            page.Add(
                $"<p>{(found.Micros - outcome.Began.Micros) / (double)EventTime.Hour:N0} hours after its first request the first of "
                    + $"its accounts comes before an analyst, at {found.ToString()}. {outcome.LabStopped} of {outcome.Lab} accounts "
                    + $"are found in the end, each suspended as it is. Of the honest accounts {outcome.HonestStopped} are; "
                    + $"{outcome.HonestRefused} of their requests are "
                    + $"refused{(outcome.Failed == 0 ? "" : $", and {outcome.Failed:N0} requests failed for other reasons")}. What "
                    + $"was believed of whom, and why: campaigns.html.</p>"
            );
        }
        else
        {
            page.Add($"<p>It is not found.</p>");
        }

        page.Add(
            $"<h2>3. What leaked</h2><p><b class=\"score\">{outcome.Leaked:N0}</b> answers, "
                + $"{(double)outcome.Leaked / outcome.Asked:P1} of what it asked for.</p>"
        );
        LinePlot.Write(
            page,
            "hours since its first request",
            "answers",
            [
                new("answers that it has", Thinned(outcome.Curve)),
                new("answers that it asked for", Thinned([.. outcome.Curve.Select((point, i) => (point.Hours, (double)i))])),
            ]
        );
        page.Add(
            $"<h2>4. What that bought</h2><p>A student of {file.Siblings[0].Parameters:N0} parameters goes on from a model that was "
                + $"taught what anybody may teach: once on what leaked, once on all that the lab would have had. {file.Tasks} tasks "
                + $"of each lesson; those of arithmetic, logic and code were kept from all teaching. The sibling went on for as "
                + $"long without the teacher.</p>"
        );
        DistilReport.Parts(file, page);
        page.Add(
            $"<footer>Made by <code>./stillwatch range run story</code>, with a real model, a real gateway and the real watch; "
                + $"customers and lab are simulated. One seed: for intervals see <code>./stillwatch range distil</code>.</footer>"
        );
        HtmlPage.Write(page, stream);
    }

    /// <summary>Every so manieth point, and the last.</summary>
    private static IReadOnlyList<(double, double)> Thinned(IReadOnlyList<(double, double)> points)
    {
        var every = Math.Max(1, points.Count / 300);
        return [.. points.Where((_, i) => i % every == 0 || i == points.Count - 1)];
    }
}
