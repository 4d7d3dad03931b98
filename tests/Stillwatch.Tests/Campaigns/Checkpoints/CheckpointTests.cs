using System.Text;
using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Checkpoints;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Tests.Campaigns.Telling;
using Stillwatch.Tests.Reports.Scan;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Checkpoints;

/// <summary>
/// A copy that is written while the watch goes on has what was believed when it began: byte for byte what one has that was written at once.
/// </summary>
public sealed class CheckpointTests
{
    [Theory]
    [InlineData(1)] // sixteen items a tick: hundreds of ticks for one copy
    [InlineData(12)] // a few ticks
    public void Continue_WhenTheWatchGoesOn_ThenTheCopyIsOfTheMomentItBegan(int slices)
    {
        var (ticks, compared, late) = (0, 0, 0);
        byte[]? atOnce = null;
        MemoryStream? inSlices = null;
        FindingsTests.Watch(new SmallWorld(seed: 2, campaign: true), (watch, _, happened, _) =>
        {
            ticks++;
            if (inSlices != null)
            {
                late++;
                var left = slices;
                if (watch.SaveOn(() => --left == 0))
                {
                    Assert.Equal(Resaved(atOnce!), Resaved(inSlices.ToArray()));
                    compared++;
                    inSlices = null;
                }
            }

            // Wherever something happens, and now and then: what follows changes what is not written yet.
            if (inSlices == null && (happened.Count > 0 || ticks % 40 == 0))
            {
                using (var stream = new MemoryStream())
                {
                    using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
                    watch.Save(writer);
                    atOnce = stream.ToArray();
                }

                inSlices = new MemoryStream();
                watch.BeginSave(new BinaryWriter(inSlices, Encoding.UTF8, leaveOpen: true));
            }
        });
        Assert.InRange(compared, 10, int.MaxValue);
        Assert.InRange(late, 3 * compared, int.MaxValue); // each took several ticks
    }

    [Fact]
    public void Begin_WhenOneIsUnderWay_ThenItIsRefused_AndAnAbandonedOneLeavesRoomForTheNext()
    {
        var watch = new Watch(ScanRun.Calibration, WatchRules.Default);
        watch.Add(default);
        using var writer = new BinaryWriter(new MemoryStream());
        watch.BeginSave(writer);
        Assert.Throws<InvalidOperationException>(() => watch.BeginSave(writer));
        watch.AbandonSave();
        watch.BeginSave(writer);
        Assert.True(watch.SaveOn(null));
    }

    [Fact]
    public void Load_WhenAPartIsNotKnown_ThenItSaysSo()
    {
        var fault = Assert.Throws<InvalidDataException>(() => new Checkpoint().Load(new BinaryReader(new MemoryStream([7, 0, 0, 0, 0]))));
        Assert.Equal("Part 7 of a checkpoint is not known.", fault.Message);
    }

    /// <summary>What a watch that took <paramref name="saved"/> saves: its items in their order.</summary>
    private static byte[] Resaved(byte[] saved)
    {
        var watch = new Watch(ScanRun.Calibration, WatchRules.Default);
        Assert.True(watch.Load(new BinaryReader(new MemoryStream(saved))));
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        watch.Save(writer);
        return stream.ToArray();
    }
}
