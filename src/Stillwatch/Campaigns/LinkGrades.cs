using Stillwatch.Signals;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns;

/// <summary>How alike honest pairs of accounts come by the graded links: what a likeness is held against.</summary>
internal static class LinkGrades
{
    private const int MostAccounts = 1_500;     // a million pairs; more would only take longer
    private const double Least = -20;           // bits; how unlike two are beyond this does not matter, and an account with too few exchanges is as unlike

    /// <summary>
    /// Collects them: of each pair the highest likeness at any step that both came to, and at the end. All pairs are counted, also those that no search would
    /// have held against each other.
    /// </summary>
    /// <param name="accounts">How many accounts there are.</param>
    /// <param name="exchanges">Their exchanges in order of time.</param>
    /// <param name="seed">Which accounts are taken where there are too many.</param>
    public static Dictionary<string, NullDistribution> Of(int accounts, IReadOnlyList<AccountExchange> exchanges, ulong seed)
    {
        var taken = Enumerable.Range(0, accounts).OrderBy(number => KeyedHash.Fold(seed, (ulong)number)).Take(MostAccounts).Order().ToArray();
        return WatchScale.GradedLinks.Select(link => WatchScale.Links[link]).ToDictionary(link => link.Id.ToString(), link => Of(link, taken, accounts, exchanges), StringComparer.Ordinal);
    }

    private static NullDistribution Of(Link link, int[] taken, int accounts, IReadOnlyList<AccountExchange> exchanges)
    {
        var subjects = new Subject?[accounts];
        foreach (var number in taken)
        {
            subjects[number] = new Subject(link);
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
                likeness.Add(subjects[taken[i]]!.Likeness(subjects[taken[j]]!));
            }
        }

        return NullDistribution.Of([.. likeness]);
    }

    /// <summary>An account's state, and what it was at each step.</summary>
    private sealed class Subject(Link link)
    {
        private readonly byte[] _state = new byte[link.Size];
        private readonly List<byte[]> _atSteps = [];
        private long _exchanges;

        public void Observe(AccountExchange exchange)
        {
            link.Observe(_state, exchange.Features);
            if (Steps.Latest(++_exchanges) == _exchanges)
            {
                _atSteps.Add([.. _state]);
            }
        }

        public double Likeness(Subject other)
        {
            if (_atSteps.Count == 0 || other._atSteps.Count == 0)
            {
                return Least;
            }

            var most = link.Compare(_state, other._state);
            for (var step = 0; step < Math.Min(_atSteps.Count, other._atSteps.Count); step++)
            {
                most = Math.Max(most, link.Compare(_atSteps[step], other._atSteps[step]));
            }

            return Math.Max(Least, most);
        }
    }
}
