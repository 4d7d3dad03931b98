using Stillwatch.Exchanges;
using Stillwatch.Features;

namespace Stillwatch.App.Trials.Evaluation.Baselines;

/// <summary>
/// The rules of <see cref="Glasswally"/> that read prompts. Each gives a score and a confidence, both from 0 to 1. Exchanges without text
/// are left out, because their fingerprints are all 0 and would pass for one template.
/// </summary>
internal static class GlasswallyPrompts
{
    private const int FewestForRatio = 5;
    private const int FewestForTemplate = 10;
    private const int FewestForWalk = 15;
    private const int CellBits = 4;
    private const int Cells = 1 << CellBits;
    private const int FullSweep = 14; // its 10 of 12 topics, of 16 cells

    private const Elicitation Phrases =
        Elicitation.Reasoning
        | Elicitation.PostHocReasoning
        | Elicitation.Rubric
        | Elicitation.Preference
        | Elicitation.RefusalRewrite
        | Elicitation.TraceCoercion;

    /// <summary>Reasoning, judgements or rewritten refusals are asked for: now, in a fifth of the hour, or on one capability.</summary>
    public static (double Score, double Confidence) Elicits(ReadOnlySpan<ExchangeFeatures> hour)
    {
        var (prompts, hits) = (0, 0);
        Span<int> domains = stackalloc int[5];
        foreach (ref readonly var one in hour)
        {
            var asked = one.Elicitation;
            prompts += one.HasText ? 1 : 0;
            hits += (asked & Phrases) != 0 ? 1 : 0;
            domains[0] += (asked & Elicitation.Reasoning) != 0 ? 1 : 0;
            domains[1] += (asked & Elicitation.ToolTrajectory) != 0 ? 1 : 0;
            domains[2] += one.Has(ExchangeTraits.Code) ? 1 : 0;
            domains[3] += (asked & Elicitation.Rubric) != 0 ? 1 : 0;
            domains[4] += (asked & Elicitation.RefusalRewrite) != 0 ? 1 : 0;
        }

        var most = 0;
        foreach (var domain in domains)
        {
            most = Math.Max(most, domain);
        }

        var enough = prompts >= FewestForRatio;
        var score =
            ((hour[^1].Elicitation & Phrases) != 0 ? 0.40 : 0)
            + (enough && hits >= 0.20 * prompts ? 0.35 : 0)
            + (enough && most >= 0.70 * prompts ? 0.25 : 0);
        return (score, 0.9);
    }

    /// <summary>Prompts of one form, of one length, that begin alike.</summary>
    public static (double Score, double Confidence) Template(ReadOnlySpan<ExchangeFeatures> hour)
    {
        Dictionary<ulong, int> forms = [],
            openings = [];
        List<double> lengths = [];
        foreach (ref readonly var one in hour)
        {
            if (one.HasText)
            {
                forms[one.Skeleton] = forms.GetValueOrDefault(one.Skeleton) + 1;
                openings[one.Opening] = openings.GetValueOrDefault(one.Opening) + 1;
                lengths.Add(one.Words);
            }
        }

        var prompts = lengths.Count;
        if (prompts < FewestForTemplate)
        {
            return (0, 0);
        }

        var spread = Entropy(forms.Values) / Math.Log2(prompts);
        var uneven = GlasswallyTimes.Variation(lengths, 1);
        var alike = openings.Values.Max() / (double)prompts;
        var score =
            Glasswally.Either(spread < 0.20, 0.45, spread < 0.40, 0.20)
            + Glasswally.Either(uneven < 0.10, 0.25, uneven < 0.20, 0.10)
            + Glasswally.Either(alike > 0.60, 0.30, alike > 0.40, 0.15);
        var confidence = Math.Min(1, prompts / 50.0);
        return (score * (0.3 + 0.7 * confidence), confidence);
    }

    /// <summary>All topics are visited, and the next one can be told from the one before.</summary>
    public static (double Score, double Confidence) TopicWalk(ReadOnlySpan<ExchangeFeatures> day)
    {
        var visits = new int[Cells];
        var steps = new int[Cells][];
        var before = -1;
        foreach (ref readonly var one in day)
        {
            if (one.HasText)
            {
                var cell = one.TopicCell(CellBits);
                visits[cell]++;
                if (before >= 0)
                {
                    (steps[before] ??= new int[Cells])[cell]++;
                }

                before = cell;
            }
        }

        if (visits.Sum() < FewestForWalk)
        {
            return (0, 0);
        }

        var spread = Entropy(visits) / CellBits;
        var rows = steps.Where(row => row != null && row.Sum() >= 2).ToList();
        var surprise = rows.Count == 0 ? 0.5 : rows.Average(row => Entropy(row) / CellBits);
        var score =
            Glasswally.Either(spread >= 0.80, 0.40, spread >= 0.65, 0.22)
            + Glasswally.Either(surprise <= 0.25, 0.40, surprise <= 0.40, 0.20)
            + (visits.Count(visit => visit > 0) >= FullSweep ? 0.20 : 0);
        var both = spread >= 0.80 && surprise <= 0.25;
        return (score < 0.25 ? 0 : score, both ? 0.80 : Glasswally.Either(score >= 0.40, 0.65, true, 0.50));
    }

    /// <summary>Shannon's entropy of counts, in bits.</summary>
    private static double Entropy(IReadOnlyCollection<int> counts)
    {
        double all = counts.Sum();
        return counts.Where(count => count > 0).Sum(count => -count / all * Math.Log2(count / all));
    }
}
