using Stillwatch.Campaigns.Similarity;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Similarity;

public sealed class DivisionTests
{
    private const int Each = 10; // accounts
    private static readonly WatchScale Scale = new(Calibration.None);

    [Fact]
    public void Of_WhenTwoJobsCameTogether_ThenEachIsAPart()
    {
        var world = new World();
        var code = world.Job(Each, elicits: Elicitation.Reasoning, words: 300);
        var chat = world.Job(Each, elicits: 0, words: 12);
        Assert.Equal([code, chat], world.Parts([.. code, .. chat], each: account => account));
    }

    [Fact]
    public void Of_WhenItIsOneJob_ThenItIsOne()
    {
        var world = new World();
        var job = world.Job(3 * Each, elicits: Elicitation.Reasoning, words: 300);
        Assert.Null(world.Parts(job, each: account => account));
    }

    [Fact]
    public void Of_WhenTheOneJobComesWhereTheOtherEnds_ThenTheTimesSayNothing()
    {
        var world = new World();
        var before = world.Job(Each, elicits: Elicitation.Reasoning, words: 300);
        var after = world.Job(Each, elicits: Elicitation.Reasoning, words: 300, from: 12);
        Assert.Null(world.Parts([.. before, .. after], each: account => account));
    }

    [Fact]
    public void Of_WhenOneJobsPaceIsAnother_ThenItIsTwo()
    {
        var world = new World();
        var steady = world.Job(Each);
        var burst = world.Job(Each, from: 4, hours: 6);
        Assert.Equal([steady, burst], world.Parts([.. steady, .. burst], each: account => account));
    }

    [Fact]
    public void Of_WhenAFewDoSomethingElse_ThenTheyAreNoPart()
    {
        var world = new World();
        var code = world.Job(2 * Each, elicits: Elicitation.Reasoning, words: 300);
        var chat = world.Job(Splitter.Fewest - 1, elicits: 0, words: 12);
        Assert.Null(world.Parts([.. code, .. chat], each: account => account));
    }

    [Fact]
    public void Of_WhenAccountsShareWhatIsInOneHand_ThenTheyStayTogether()
    {
        var world = new World();
        var code = world.Job(Each, elicits: Elicitation.Reasoning, words: 300);
        var chat = world.Job(Each, elicits: 0, words: 12);
        Assert.Null(world.Parts([.. code, .. chat], each: _ => 0));
        Assert.Equal([code, chat], world.Parts([.. code, .. chat], each: account => account / Each));
    }

    [Fact]
    public void Of_WhenAccountsComeInAnyOrder_ThenThePartsAreTheSame()
    {
        var world = new World();
        int[] accounts =
        [
            .. world.Job(Each, elicits: Elicitation.Reasoning, words: 300),
            .. world.Job(Each, elicits: 0, words: 12),
            .. world.Job(Each, elicits: Elicitation.Rubric, words: 90),
        ];
        var parts = world.Parts(accounts, each: account => account);
        Assert.Equal(3, parts!.Length);
        new Random(3).Shuffle(accounts);
        Assert.Equal(parts, world.Parts(accounts, each: account => account));
    }

    /// <summary>Accounts that work on jobs, among customers who do a bit of everything.</summary>
    private sealed class World
    {
        private readonly Random _random = new(7);
        private readonly List<WatchedAccount> _accounts = [];
        private readonly Background _background = new();

        public World()
        {
            for (var i = 0; i < 4_000; i++)
            {
                _background.Observe(Exchange(null, null, _random.Next(24 * 14)));
            }

            _background.RefreshIfDue();
        }

        /// <summary>
        /// So many accounts of forty exchanges each, of what everybody asks where nothing else is said, over <paramref name="hours"/> hours
        /// from a day on.
        /// </summary>
        public int[] Job(int accounts, Elicitation? elicits = null, int? words = null, int from = 0, int hours = 240)
        {
            var first = _accounts.Count;
            for (var i = 0; i < accounts; i++)
            {
                var account = new WatchedAccount(_accounts.Count, 0, Scale);
                for (var j = 0; j < 40; j++)
                {
                    account.Observe(Exchange(elicits, words + _random.Next(100), from * 24 + _random.Next(hours)));
                }

                _accounts.Add(account);
            }

            return [.. Enumerable.Range(first, accounts)];
        }

        public int[][]? Parts(IReadOnlyList<int> accounts, Func<int, int> each) =>
            new Splitter(Scale, _background)
                .Of(accounts.GroupBy(each).Select(atom => atom.ToList()), _accounts)
                ?.Select(part => part.ToArray())
                .ToArray();

        private ExchangeFeatures Exchange(Elicitation? elicits, int? words, int hour)
        {
            var body = (ulong)_random.NextInt64();
            return new ExchangeFeatures
            {
                At = new EventTime(Samples.Start.Micros + hour * EventTime.Hour),
                Body = body,
                Skeleton = body,
                Words = (ushort)(words ?? _random.Next(5, 600)),
                Elicitation = elicits ?? (_random.Next(2) == 0 ? 0 : Elicitation.Reasoning),
            };
        }
    }
}
