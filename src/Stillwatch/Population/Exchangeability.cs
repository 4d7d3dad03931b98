namespace Stillwatch.Population;

/// <summary>
/// How far the accounts of a class could be exchanged for one another: whether what one of them asks, and when, tells anything about what
/// it asks next, beyond what all of them ask. A customer comes back to what concerns it, in its own hours, in its own words; an account
/// that is dealt tasks from a common list has nothing of its own.
/// </summary>
/// <remarks>
/// <para>Each ratio is how often two prompts of one account agree over how often two of the class do, whoever sent them: 1 where accounts
/// are exchangeable (de Finetti's sense), more where they have something of their own. An agreement on a rare cell counts more, by one over
/// the root of its share. Each carries one standard error, as if pairs were independent.</para>
/// <para>Accounts that clearly have something of their own do not belong to the class and are left out, up to a quarter of it; where more
/// do it is no such class.</para>
/// </remarks>
/// <param name="Accounts">How many accounts the class has, without those that were left out.</param>
/// <param name="Prompts">How many different prompts of theirs were looked at.</param>
/// <param name="What">The ratio of what they ask: topic, first word, ending and length, on average.</param>
/// <param name="WhatError">Its standard error.</param>
/// <param name="When">The ratio of when they ask, by eighths of the day.</param>
/// <param name="SystemPrompt">The ratio of which system prompt they use; 1 where none has one.</param>
/// <param name="Different">The share of what they ask that the same account did not ask before; an estimate, which may be above
/// 1.</param>
/// <param name="Shared">The share of their different prompts that more than one of them asks, 0 to 1.</param>
/// <param name="Bound">The highest of the three, each with one standard error: what is held against honest populations.</param>
public readonly record struct Exchangeability(
    int Accounts,
    int Prompts,
    double What,
    double WhatError,
    double When,
    double SystemPrompt,
    double Different,
    double Shared,
    double Bound
)
{
    /// <summary>The fewest accounts of a class that can be flagged for it.</summary>
    public const int FewestAccounts = 20;

    private const int ViewsOfWhat = 4;
    private const double Own = 4; // standard errors beyond what its class does
    private const double OwnRatio = 1.5; // and so much more, for it to matter
    private const double DoubtfulErrors = 2; // standard errors beyond what its class does
    private const double DoubtfulGoingOn = 0.1; // of an account's prompts
    private const double MostAcross = 1.06; // the ratio of what they ask, of two groups together; of one source it is 0.9 to 1.05
    private const double TheirOwn = 1.15; // a ratio
    private const double Clearly = 2; // standard errors
    private const double MostLeftOut = 0.25;
    private const double MostGoingOn = 0.5; // of prompts, that go on with a conversation: then it is no list of tasks
    private const double MostShared = 0.3; // of prompts, that another of them asks too: then it is a class, a benchmark, a product's agents
    private const double LeastDifferent = 0.85; // of what they ask: who works through a list does not ask the same again

    private static readonly Func<PromptCode, int>[] All =
    [
        code => code.Cell(0),
        code => code.Cell(1),
        code => code.Cell(2),
        code => code.Cell(3),
        code => code.TimeOfDay,
        code => code.SystemPrompt,
    ];

    /// <summary>Reads a class.</summary>
    /// <param name="samples">Its accounts' samples.</param>
    /// <param name="kept">The numbers of those that have nothing of their own, ascending; empty where it is no class of such.</param>
    /// <param name="fewest">The fewest accounts that say anything.</param>
    /// <returns>What it comes to; null where it says nothing.</returns>
    public static Exchangeability? Of(IReadOnlyList<PromptSample> samples, out IReadOnlyList<int> kept, int fewest = FewestAccounts)
    {
        kept = [];
        if (samples.Count < fewest)
        {
            return null;
        }

        List<int> left = [.. Enumerable.Range(0, samples.Count)];
        for (var round = 0; round < 2; round++)
        {
            HashSet<int> own = [];
            foreach (var each in All.Reverse()) // hours first: by those most classes fail
            {
                var view = new View(samples, left, each);
                own.UnionWith(left.Where(account => view.IsOwn(samples[account])));
                if (left.Count - own.Count < Math.Max(fewest, (1 - MostLeftOut) * samples.Count))
                {
                    return null;
                }
            }

            left.RemoveAll(own.Contains);
        }

        var views = All.Select(view => new View(samples, left, view)).ToArray();
        int prompts = 0,
            goingOn = 0;
        double asked = 0,
            different = 0;
        foreach (var account in left)
        {
            asked += samples[account].Asked;
            different += samples[account].Different;
            foreach (ref readonly var prompt in samples[account].Prompts)
            {
                prompts++;
                goingOn += prompt.GoesOn ? 1 : 0;
            }
        }

        var shared = AskedByMore(samples, left);
        if (goingOn > MostGoingOn * prompts || different < LeastDifferent * asked || shared > MostShared * prompts)
        {
            return null;
        }

        kept = left;
        var what = views.Take(ViewsOfWhat).ToArray();
        var (ratio, error) = (what.Average(view => view.Ratio), Math.Sqrt(what.Sum(view => view.Error * view.Error)) / ViewsOfWhat);
        var (when, systemPrompt) = (views[ViewsOfWhat], views[ViewsOfWhat + 1]);
        return new(
            left.Count,
            prompts,
            ratio,
            error,
            when.Ratio,
            systemPrompt.Ratio,
            different / asked,
            (double)shared / prompts,
            Math.Max(ratio + error, Math.Max(when.Ratio + when.Error, systemPrompt.Ratio + systemPrompt.Error))
        );
    }

    /// <summary>
    /// Whether two groups could be exchanged across as well: taken together, the accounts of neither have anything of their own.
    /// </summary>
    public static bool AreOne(IReadOnlyList<PromptSample> one, IReadOnlyList<PromptSample> other) =>
        Across(one, other) is var (what, _) && what <= MostAcross;

    /// <summary>Whether they clearly could not.</summary>
    public static bool AreApart(IReadOnlyList<PromptSample> one, IReadOnlyList<PromptSample> other) =>
        Across(one, other) is not var (what, error) || what - Clearly * error > MostAcross;

    /// <summary>What both together come to, and its error; null where one of them is what would be left out.</summary>
    private static (double What, double Error)? Across(IReadOnlyList<PromptSample> one, IReadOnlyList<PromptSample> other)
    {
        if (
            Of([.. one, .. other], out var kept) is not { } both
            || kept.Count(account => account < one.Count) * 2 < one.Count
            || kept.Count(account => account >= one.Count) * 2 < other.Count
        )
        {
            return null;
        }

        return (both.What, both.WhatError);
    }

    /// <summary>
    /// Whether accounts clearly have something of their own, hours or a system prompt: two prompts of one agree in it clearly more often
    /// than two of different ones. People keep hours, products have a prompt; what works through a list has neither, unless somebody takes
    /// the trouble.
    /// </summary>
    public static bool HaveTheirOwn(IReadOnlyList<PromptSample> samples) =>
        All.Skip(ViewsOfWhat)
            .Select(view => new View(samples, [.. Enumerable.Range(0, samples.Count)], view))
            .Any(view => view.Ratio - Clearly * view.Error > TheirOwn);

    /// <summary>
    /// The accounts of a source that may be customers: they keep hours, go on with conversations more than the others, or repeat what they
    /// asked. Less is asked here than for leaving an account out of the class. Such an account is not named at this look.
    /// </summary>
    public static IReadOnlySet<int> Doubtful(IReadOnlyList<PromptSample> samples)
    {
        var hours = new View(samples, [.. Enumerable.Range(0, samples.Count)], All[ViewsOfWhat]);
        var going = samples.Average(GoingOn);
        return Enumerable
            .Range(0, samples.Count)
            .Where(account =>
                samples[account] is var sample
                && (
                    hours.IsOwn(sample, DoubtfulErrors)
                    || GoingOn(sample) > 2 * going + DoubtfulGoingOn
                    || sample.Different < LeastDifferent * sample.Asked && sample.Prompts.Length < PromptSample.Most // exact there
                )
            )
            .ToHashSet();
    }

    private static double GoingOn(PromptSample sample)
    {
        var going = 0;
        foreach (ref readonly var prompt in sample.Prompts)
        {
            going += prompt.GoesOn ? 1 : 0;
        }

        return (double)going / Math.Max(1, sample.Prompts.Length);
    }

    /// <summary>How many sampled prompts more than one of the accounts asks. All samples keep the same prompts, so that
    /// equal ones are found.</summary>
    private static int AskedByMore(IReadOnlyList<PromptSample> samples, List<int> accounts)
    {
        var all = new List<ulong>();
        foreach (var account in accounts)
        {
            foreach (ref readonly var prompt in samples[account].Prompts)
            {
                all.Add(prompt.Prompt);
            }
        }

        all.Sort();
        var shared = 0;
        for (var i = 0; i < all.Count; i++)
        {
            shared += (i > 0 && all[i] == all[i - 1]) || (i + 1 < all.Count && all[i] == all[i + 1]) ? 1 : 0;
        }

        return shared;
    }

    /// <summary>One view of a class: how much two prompts of whichever of its accounts agree, and two of one.</summary>
    private sealed class View
    {
        private const int MostCells = 256;
        private const double MostPairs = 28; // of an account that count, as of eight prompts: a busy one speaks for itself alone

        private readonly Func<PromptCode, int> _cell;
        private readonly double[] _weights = new double[MostCells];
        private readonly double _expected; // agreement of two prompts of the class
        private readonly double _variance; // of the same

        public View(IReadOnlyList<PromptSample> samples, List<int> accounts, Func<PromptCode, int> cell)
        {
            _cell = cell;
            var counts = new double[MostCells];
            var all = 0.0;
            foreach (var account in accounts)
            {
                foreach (ref readonly var prompt in samples[account].Prompts)
                {
                    counts[cell(prompt)]++;
                    all++;
                }
            }

            var squares = 0.0;
            for (var i = 0; i < MostCells; i++)
            {
                if (counts[i] > 0)
                {
                    _weights[i] = 1 / Math.Sqrt(counts[i] / all);
                    var share = counts[i] * (counts[i] - 1) / (all * (all - 1));
                    _expected += _weights[i] * share;
                    squares += _weights[i] * _weights[i] * share;
                }
            }

            _variance = Math.Max(0, squares - _expected * _expected);
            double agreed = 0,
                weights = 0,
                errors = 0;
            foreach (var account in accounts)
            {
                var (own, pairs) = Agreement(samples[account]);
                if (pairs > 0)
                {
                    var weight = Math.Min(pairs, MostPairs);
                    agreed += weight * own / pairs;
                    weights += weight;
                    errors += weight * weight * _variance / pairs;
                }
            }

            Ratio = _expected <= 0 || weights == 0 ? 1 : agreed / (weights * _expected);
            Error = _expected <= 0 || weights == 0 ? 0 : Math.Sqrt(errors) / (weights * _expected);
        }

        public double Ratio { get; }

        public double Error { get; }

        /// <summary>Whether an account's prompts agree clearly more than those of its class do.</summary>
        /// <param name="sample">The account's prompts.</param>
        /// <param name="errors">By so many standard errors.</param>
        public bool IsOwn(PromptSample sample, double errors = Own)
        {
            var (agreed, pairs) = Agreement(sample);
            return agreed > pairs * _expected * OwnRatio && agreed - pairs * _expected > errors * Math.Sqrt(pairs * _variance);
        }

        private (double Agreed, double Pairs) Agreement(PromptSample sample)
        {
            Span<byte> before = stackalloc byte[MostCells];
            before.Clear();
            var prompts = sample.Prompts;
            var agreed = 0.0;
            foreach (ref readonly var prompt in prompts)
            {
                var cell = _cell(prompt);
                agreed += _weights[cell] * before[cell]++;
            }

            return (agreed, prompts.Length * (prompts.Length - 1) / 2.0);
        }
    }
}
