using Stillwatch.Campaigns.Subjects;
using Stillwatch.Sketches;
using Stillwatch.Statistics;

namespace Stillwatch.Campaigns.Levels;

/// <summary>
/// Groups of a watch's own other accounts, drawn by chance: of as many accounts as a group has, each with between half and twice as many
/// exchanges as one of the group's. A group that does not come higher than they do is like the deployment's own customers.
/// </summary>
/// <param name="scale">What a group is read by.</param>
/// <param name="accounts">The watch's accounts, by number.</param>
internal sealed class Peers(WatchScale scale, IReadOnlyList<WatchedAccount> accounts)
{
    /// <summary>How many groups are drawn.</summary>
    public const int Drawn = 99;

    /// <summary>
    /// The highest statistic of the groups that are drawn for <paramref name="group"/>, of accounts that are neither in it nor flagged;
    /// −∞ where too few of them did as much to draw a group.
    /// </summary>
    public double Highest(Campaign group)
    {
        WatchedAccount[] others =
        [
            .. accounts
                .Where(account => account.Campaign != group && account.FlaggedAt == null)
                .OrderBy(account => account.Take.Exchanges)
                .ThenBy(account => account.Fingerprint),
        ];
        var exchanges = Array.ConvertAll(others, account => account.Take.Exchanges);
        (int From, int To)[] alike =
        [
            .. group
                .Accounts.Select(number => accounts[number].Take.Exchanges)
                .Order()
                .Select(own => (Sorted.FirstAtLeast<long>(exchanges, (own + 1) / 2), Sorted.FirstAtLeast<long>(exchanges, 2 * own + 1))),
        ];
        var random = new Random(unchecked((int)KeyedHash.Mix(group.Accounts.Min(number => accounts[number].Fingerprint))));
        var free = new FreePlaces(others.Length);
        var highest = double.NegativeInfinity;
        for (var draw = 0; draw < Drawn; draw++)
        {
            free.Begin();
            var peers = new Campaign(-1, scale);
            foreach (var (from, to) in alike)
            {
                if (from < to && (free.Take(random.Next(from, to), to) ?? free.Take(from, to)) is { } place)
                {
                    peers.CountOnly(others[place]);
                }
            }

            if (peers.Accounts.Count == alike.Length) // else there was nobody left who did as much
            {
                peers.Read();
                highest = Math.Max(highest, peers.Statistic);
            }
        }

        return highest;
    }

    /// <summary>Places of which each is taken once in a draw; the next free one is found without passing all that are taken.</summary>
    private sealed class FreePlaces(int places)
    {
        private readonly int[] _taken = new int[places + 1]; // the draw in which each was last taken; the one behind the last never is
        private readonly int[] _next = new int[places + 1]; // of one that is taken: nothing is free up to there
        private int _draw;

        /// <summary>Begins a draw: all places are free.</summary>
        public void Begin() => _draw++;

        /// <summary>Takes the first free place from <paramref name="from"/> up to <paramref name="to"/>; null where there is
        /// none.</summary>
        public int? Take(int from, int to)
        {
            var free = from;
            while (_taken[free] == _draw)
            {
                free = _next[free];
            }

            for (var place = from; place != free; )
            {
                (place, _next[place]) = (_next[place], free); // whoever passes here again need not go along
            }

            if (free >= to)
            {
                return null;
            }

            (_taken[free], _next[free]) = (_draw, free + 1);
            return free;
        }
    }
}
