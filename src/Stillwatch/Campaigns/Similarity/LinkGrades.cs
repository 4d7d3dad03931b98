using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Signals;
using Stillwatch.Sketches;
using Stillwatch.Statistics;

namespace Stillwatch.Campaigns.Similarity;

/// <summary>How alike honest pairs of accounts come by the graded links: what a likeness is held against.</summary>
internal static class LinkGrades
{
    private const int MostAccounts = 1_500; // a million pairs; more would only take longer
    private const double Least = -20; // bits; how unlike two are beyond this does not matter

    private const int Sets = 400;
    private const int MostAgainstSet = 400;
    private const int LargestSet = 50;

    /// <summary>
    /// Collects them: of each pair the highest likeness at any step that both came to, and at the end. All pairs are counted, also those
    /// that no search would have held against each other, if they came to the first step: few exchanges make no pair rarer than it is.
    /// </summary>
    /// <param name="facts">What is known of the accounts.</param>
    /// <param name="exchanges">Their exchanges in order of time.</param>
    /// <param name="seed">Which accounts are taken where there are too many.</param>
    /// <returns>By link: how alike two accounts come, and how alike an account and a set that it is not in.</returns>
    public static Dictionary<string, LinkGrade> Of(IReadOnlyList<AccountFacts> facts, IReadOnlyList<AccountExchange> exchanges, ulong seed)
    {
        var background = new Background();
        foreach (var exchange in exchanges)
        {
            background.Observe(exchange.Features);
        }

        foreach (var fact in facts)
        {
            background.Begin(fact);
        }

        background.RefreshIfDue();
        var taken = Enumerable
            .Range(0, facts.Count)
            .OrderBy(number => KeyedHash.Fold(seed, (ulong)number))
            .Take(MostAccounts)
            .Order()
            .ToArray();
        return WatchScale.GradedLinks.ToDictionary(
            link => WatchScale.Links[link].Id.ToString(),
            link => Of(WatchScale.Links[link], background.Of(link).ToArray(), taken, facts, exchanges, seed),
            StringComparer.Ordinal
        );
    }

    private static LinkGrade Of(
        Link link,
        double[] background,
        int[] taken,
        IReadOnlyList<AccountFacts> facts,
        IReadOnlyList<AccountExchange> exchanges,
        ulong seed
    )
    {
        var subjects = new Subject?[facts.Count];
        foreach (var number in taken)
        {
            subjects[number] = new Subject(link, background, facts[number]);
        }

        foreach (var exchange in exchanges)
        {
            subjects[exchange.Account]?.Observe(exchange);
        }

        var likeness = new List<double>(taken.Length * (taken.Length - 1) / 2);
        for (var i = 0; i < taken.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (subjects[taken[i]]!.IsComparable && subjects[taken[j]]!.IsComparable)
                {
                    likeness.Add(subjects[taken[i]]!.Likeness(subjects[taken[j]]!));
                }
            }
        }

        return new LinkGrade(
            NullDistribution.Of([.. likeness]),
            OfSets(link, background, [.. taken.Select(number => subjects[number]!)], seed)
        );
    }

    /// <summary>
    /// How alike accounts and sets of two to fifty others come, drawn at random, smaller ones more often: sets are wider than accounts, and
    /// wide ones are more alike.
    /// </summary>
    private static NullDistribution OfSets(Link link, double[] background, Subject[] subjects, ulong seed)
    {
        var random = new Random(unchecked((int)KeyedHash.Mix(seed + 1)));
        var active = subjects.Where(subject => subject.IsComparable).ToArray();
        var likeness = new List<double>();
        for (var set = 0; set < Sets && active.Length > 2; set++)
        {
            random.Shuffle(active);
            var size = Math.Min((int)Math.Exp(random.NextDouble() * Math.Log(LargestSet / 2.0)) * 2, active.Length / 2); // log-uniform
            var merged = new Subject(link, background, default);
            foreach (var member in active.AsSpan(0, size))
            {
                merged.Merge(member);
            }

            foreach (var other in active.AsSpan(size, Math.Min(MostAgainstSet, active.Length - size)))
            {
                likeness.Add(other.LikenessAtAnyStep(merged));
            }
        }

        return NullDistribution.Of([.. likeness]);
    }

    /// <summary>An account's state, and what it was at each step.</summary>
    private sealed class Subject
    {
        private readonly Link _link;
        private readonly double[] _background;
        private readonly byte[] _state;
        private readonly List<byte[]> _atSteps = [];
        private long _exchanges;

        public Subject(Link link, double[] background, in AccountFacts facts)
        {
            (_link, _background, _state) = (link, background, new byte[link.Size]);
            link.Begin(_state, facts);
        }

        public bool IsComparable => _atSteps.Count > 0;

        public void Merge(Subject other) => _link.Merge(_state, other._state);

        /// <summary>The highest likeness of this account, at any step and at the end, to all of a set.</summary>
        public double LikenessAtAnyStep(Subject set)
        {
            var most = _link.Compare(_state, set._state, _background);
            foreach (var state in _atSteps)
            {
                most = Math.Max(most, _link.Compare(state, set._state, _background));
            }

            return Math.Max(Least, most);
        }

        public void Observe(AccountExchange exchange)
        {
            _link.Observe(_state, exchange.Features);
            if (Steps.Latest(++_exchanges) == _exchanges)
            {
                _atSteps.Add([.. _state]);
            }
        }

        public double Likeness(Subject other)
        {
            var most = _link.Compare(_state, other._state, _background);
            for (var step = 0; step < Math.Min(_atSteps.Count, other._atSteps.Count); step++)
            {
                most = Math.Max(most, _link.Compare(_atSteps[step], other._atSteps[step], _background));
            }

            return Math.Max(Least, most);
        }
    }
}
