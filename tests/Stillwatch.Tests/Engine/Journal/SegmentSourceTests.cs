using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Stillwatch.Engine.Disk;
using Stillwatch.Engine.Journal;
using Stillwatch.Tests.Logs;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Engine.Journal;

public sealed class SegmentSourceTests : IDisposable
{
    private readonly LogFolder _folder = new();
    private readonly Limited _calls = new();
    private readonly SteppedClock _clock = new();
    private readonly Staging _staging;

    public SegmentSourceTests() => _staging = Staging.TryOpen(_folder.Path, 1 << 16, FileCalls.Real, out _)!;

    public void Dispose()
    {
        _staging.Dispose();
        _folder.Dispose();
    }

    private JournalOptions Options { get; set; } = new("");

    private string Ahead => Path.Combine(_folder.Path, "ahead");

    [Theory]
    [InlineData(0, 2 << 20)] // halved until the disk has it
    [InlineData((2 << 20) - 64, 2 << 20)] // what must fit still does
    [InlineData((2 << 20) - 63, 0)] // it does not: there is none
    [InlineData(20 << 20, 0)]
    public void OnDisk_WhenTheDiskHasLittleSpace_ThenTheSegmentIsSmaller(long least, long length)
    {
        using var source = Source(16 << 20);
        _calls.Most = 3 << 20;
        using var segment = source.OnDisk(1, least, _staging, out var why);
        Assert.Equal((length, length == 0), (segment?.Length ?? 0, why != null));
        Assert.Equal(length != 0, File.Exists(Path.Combine(_folder.Path, "0000000001.swj")));
    }

    [Fact]
    public void OnDisk_WhenNotEvenAMebibyteIsThere_ThenItSaysWhyAndLeavesNothing()
    {
        using var source = Source(16 << 20);
        _calls.Most = 1000;
        Assert.Null(source.OnDisk(1, 0, _staging, out var why));
        Assert.Contains("1 MiB cannot be reserved", why, StringComparison.Ordinal);
        Assert.Equal(5, _calls.Allocated); // 16, 8, 4, 2, 1
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.swj"));
    }

    [Fact]
    public void OnDisk_WhenOneWasMadeAhead_ThenItIsTakenOnce_AndNotForOneThatMustBeLarger()
    {
        using var source = Source(1 << 20);
        source.MakeAhead();
        source.MakeAhead(); // there is one
        Assert.Equal((1, true), (_calls.Allocated, File.Exists(Ahead)));
        using (var large = source.OnDisk(1, 2 << 20, _staging, out _)!)
        {
            Assert.Equal(((2 << 20) + 64, true), (large.Length, File.Exists(Ahead)));
        }

        using (var made = source.OnDisk(2, 0, _staging, out _)!)
        {
            Assert.Equal((2, false, 2), (made.Number, File.Exists(Ahead), _calls.Allocated));
        }

        using (source.OnDisk(3, 0, _staging, out _)!)
        {
            Assert.Equal(3, _calls.Allocated);
        }
    }

    [Fact]
    public void MakeAhead_WhenItCannotBeMade_ThenItIsNotTriedAgainForFiveSeconds()
    {
        using var source = Source(1 << 20);
        _calls.Most = 0;
        source.MakeAhead();
        source.MakeAhead();
        Assert.Equal((1, false), (_calls.Allocated, File.Exists(Ahead)));
        _calls.Most = long.MaxValue;
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        source.MakeAhead();
        Assert.Equal(1, _calls.Allocated);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        source.MakeAhead();
        Assert.Equal((2, true), (_calls.Allocated, File.Exists(Ahead)));
    }

    [Fact]
    public void MakeAhead_WhenTheDiskIsNearlyFull_ThenItsRestIsLeftToOthers()
    {
        using var source = Source(new DriveInfo(_folder.Path).AvailableFreeSpace / 3); // four must be free
        source.MakeAhead();
        Assert.Equal((0, false), (_calls.Allocated, File.Exists(Ahead)));
    }

    [Fact]
    public void Dispose_WhenOneWasMadeAhead_ThenItIsGone()
    {
        var source = Source(1 << 20);
        source.MakeAhead();
        source.Dispose();
        Assert.False(File.Exists(Ahead));
    }

    [Fact]
    public void OnSecondDisk_WhenThereIsOne_ThenItLiesThere()
    {
        using (var source = Source(1 << 20))
        {
            Assert.Null(source.OnSecondDisk(1, 0, _staging));
        }

        Options = Options with { SpillFolder = Path.Combine(_folder.Path, "second") };
        using var both = new SegmentSource(Options, new SegmentFolder(Options), _clock, _calls);
        using var segment = both.OnSecondDisk(5, 2 << 20, _staging)!;
        Assert.Equal((Path.Combine(_folder.Path, "second", "0000000005.swj"), (2 << 20) + 64), (segment.Path, segment.Length));
        _calls.Most = 0;
        Assert.Null(both.OnSecondDisk(6, 0, _staging));
    }

    /// <summary>The keeper makes files ahead while writers take them: no two segments may ever be one file.</summary>
    [Fact]
    public async Task OnDisk_WhileAnotherThreadMakesFilesAhead_ThenEachSegmentHasAFileOfItsOwn()
    {
        const int Count = 200;
        Options = new JournalOptions(_folder.Path) { SegmentBytes = 1 << 16 };
        using var source = new SegmentSource(Options, new SegmentFolder(Options), _clock, FileCalls.Real);
        using var done = new CancellationTokenSource();
        var maker = Task.Factory.StartNew(
            () =>
            {
                while (!done.IsCancellationRequested)
                {
                    source.MakeAhead();
                    _clock.Advance(TimeSpan.FromMinutes(1)); // one that could not be made is tried again at once
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        var segments = new ConcurrentBag<Segment>();
        for (var number = 1; number <= Count; number++)
        {
            var segment = source.OnDisk(number, 0, _staging, out var why);
            Assert.True(segment != null, why);
            Assert.Equal(0, FileCalls.Real.WriteAll(segment.File!, BitConverter.GetBytes(number), 1000));
            segments.Add(segment);
        }

        await done.CancelAsync();
        await maker;
        foreach (var segment in segments)
        {
            var bytes = File.ReadAllBytes(segment.Path);
            Assert.Equal(
                (segment.Number, segment.Number, 1 << 16),
                (BitConverter.ToInt32(bytes, 8), BitConverter.ToInt32(bytes, 1000), bytes.Length)
            );
            segment.Dispose();
        }
    }

    private SegmentSource Source(long segmentBytes)
    {
        Options = new JournalOptions(_folder.Path) { SegmentBytes = segmentBytes };
        return new SegmentSource(Options, new SegmentFolder(Options), _clock, _calls);
    }

    /// <summary>A disk with so much space for each file.</summary>
    private sealed class Limited : FileCalls
    {
        private const int NoSpace = 28;

        public long Most { get; set; } = long.MaxValue;

        public int Allocated { get; private set; }

        public override int Allocate(SafeFileHandle file, long length)
        {
            Allocated++;
            return length > Most ? NoSpace : base.Allocate(file, length);
        }
    }
}
