using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns;

/// <summary>The laws that every link keeps: those of detectors, with the values that it offers in the place of readings.</summary>
public abstract class LinkLaws
{
    private const int Trials = 40;

    private protected static readonly AccountFacts Facts = new(
        new EventTime(1_772_409_600L * EventTime.Second),
        Payment: 11,
        EmailDomain: 12,
        Organisation: 13,
        Country: 14,
        Verified: false
    );

    private protected abstract string Name { get; }

    private protected Link Subject => Link.All.Single(link => link.Id.Name == Name);

    [Fact]
    public void Replay_WhenTheSameFeaturesCome_ThenTheSameBytesStand() => Try((stream, _) => Assert.Equal(Run(stream), Run(stream)));

    [Fact]
    public void Order_WhenFeaturesComeShuffled_ThenTheSameBytesStand() =>
        Try(
            (stream, random) =>
            {
                var shuffled = stream.ToArray();
                random.Shuffle(shuffled);
                Assert.Equal(Run(stream), Run(shuffled));
            }
        );

    [Fact]
    public void Union_WhenShardsMerge_ThenTheyAreOneThatSawAll() =>
        Try(
            (stream, random) =>
            {
                var cut = random.Next(stream.Length + 1);
                var (a, b) = (Run(stream[..cut]), Run(stream[cut..]));
                Assert.Equal(Run(stream), Merge(a, b));
                Assert.Equal(Merge(a, b), Merge(b, a));
            }
        );

    [Fact]
    public void Identity_WhenAnUntouchedStateMerges_ThenNothingChanges() =>
        Try((stream, _) => Assert.Equal(Run(stream), Merge(Run(stream), Run([]))));

    [Fact]
    public void Quiet_WhenObservingMergingAndOffering_ThenNothingIsAllocated()
    {
        var stream = RandomFeatures.Stream(new Random(5), 300);
        var whole = Run(stream);
        Allocated(stream, whole);
        Assert.Equal(0, Allocated(stream, whole));
    }

    private protected byte[] Run(IEnumerable<ExchangeFeatures> stream)
    {
        var state = new byte[Subject.Size];
        foreach (var features in stream)
        {
            Subject.Observe(state, features);
        }

        return state;
    }

    /// <summary>Held against each other where everybody does everything alike.</summary>
    private protected double Compare(byte[] a, byte[] b) => Subject.Compare(a, b, Background([]));

    /// <summary>The shares of what everybody does, where that is <paramref name="everybody"/>.</summary>
    private protected double[] Background(ExchangeFeatures[] everybody)
    {
        var (cells, logarithms) = (new ulong[Subject.BackgroundCells], new double[Subject.BackgroundCells]);
        foreach (var features in everybody)
        {
            Subject.ObserveBackground(cells, features);
        }

        Subject.ReadBackground(cells, logarithms);
        return logarithms;
    }

    private protected ulong[] Values(IEnumerable<ExchangeFeatures> stream, AccountFacts? facts = null)
    {
        var values = new ulong[ILink<byte>.MostValues];
        return values[..Subject.Values(Run(stream), facts ?? Facts, values)];
    }

    private byte[] Merge(byte[] into, byte[] other)
    {
        var merged = into.ToArray();
        Subject.Merge(merged, other);
        return merged;
    }

    private long Allocated(ExchangeFeatures[] stream, byte[] whole)
    {
        var link = Subject;
        var state = new byte[link.Size];
        Span<ulong> values = stackalloc ulong[ILink<byte>.MostValues];
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (ref readonly var features in stream.AsSpan())
        {
            link.Observe(state, features);
        }

        link.Merge(state, whole);
        link.Values(state, Facts, values);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Try(Action<ExchangeFeatures[], Random> law)
    {
        var random = new Random(7);
        for (var trial = 0; trial < Trials; trial++)
        {
            law(RandomFeatures.Stream(random, 1 + random.Next(400)), random);
        }
    }
}
