using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Signals;

/// <summary>The laws that every detector keeps. A detector's test names itself here and adds examples of its own.</summary>
public abstract class DetectorLaws
{
    private const int Trials = 40;

    private protected abstract string Name { get; }

    private protected Detector Subject => Detector.All.Single(detector => detector.Id.Name == Name);

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
    public void Union_WhenShardsMerge_ThenTheyReadAsOneThatSawAll() =>
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
    public void Quiet_WhenObservingMergingAndReading_ThenNothingIsAllocated()
    {
        var stream = RandomFeatures.Stream(new Random(5), 300);
        var whole = Run(stream);
        Allocated(stream, whole); // the first call loads types
        Assert.Equal(0, Allocated(stream, whole));
    }

    [Fact]
    public void Read_WhenNothingWasSeen_ThenItIsFinite() => Assert.True(double.IsFinite(Subject.Read(Run([])).Raw));

    private protected byte[] Run(IEnumerable<ExchangeFeatures> stream)
    {
        var state = new byte[Subject.Size];
        foreach (var features in stream)
        {
            Subject.Observe(state, features);
        }

        return state;
    }

    private protected double Raw(IEnumerable<ExchangeFeatures> stream) => Subject.Read(Run(stream)).Raw;

    private byte[] Merge(byte[] into, byte[] other)
    {
        var merged = into.ToArray();
        Subject.Merge(merged, other);
        return merged;
    }

    private long Allocated(ExchangeFeatures[] stream, byte[] whole)
    {
        var detector = Subject;
        var state = new byte[detector.Size];
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (ref readonly var features in stream.AsSpan())
        {
            detector.Observe(state, features);
        }

        detector.Merge(state, whole);
        _ = detector.Read(state);
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
