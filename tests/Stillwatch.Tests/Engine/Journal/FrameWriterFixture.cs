using System.Collections.Concurrent;
using Stillwatch.Engine.Journal;
using Stillwatch.Hosting;
using Stillwatch.Reports;
using Xunit;

namespace Stillwatch.Tests.Engine.Journal;

/// <summary>A journal of its own, on a disk that fails when a test says so, and what was written to it.</summary>
public abstract class FrameWriterFixture : IDisposable
{
    private protected const int InputOutputError = 5,
        NoSpace = 28;

    private protected readonly JournalFolder _journal = new();
    private protected readonly FailingDisk _disk = new();

    // Nobody syncs by himself: what a test counts is what it asked for.
    private protected FrameWriterFixture() => _journal.Options = _journal.Options with { SyncMilliseconds = 3_600_000 };

    public void Dispose()
    {
        _journal.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected int Segments => Directory.GetFiles(_journal.Options.Folder, "*.swj").Length;

    private protected long LostAtStop => _writer!.LostAtStop;

    private protected FrameWriter? _writer;

    private protected FrameWriter Writer(int after = 0) =>
        _writer = new(_journal.Options, () => true, SystemClock.Instance, _disk, NoFaults.Instance, after);

    private protected static byte[] Payload(Random random, int length)
    {
        var payload = new byte[length];
        random.NextBytes(payload);
        return payload;
    }

    private protected static long Put(FrameWriter writer, byte[] payload) =>
        writer.Put(FrameKind.Signal, payload.Length, payload, static (to, from) => from.AsSpan().CopyTo(to));

    private protected static void Put(FrameWriter writer, ConcurrentDictionary<long, byte[]> put, Random random, int length)
    {
        var payload = Payload(random, length);
        var at = Put(writer, payload);
        Assert.True(at != 0 && put.TryAdd(at, payload), $"position {at}");
    }

    private protected static Task Threads(int count, Action<int> run) =>
        Task.WhenAll(
            Enumerable
                .Range(0, count)
                .Select(thread => Task.Factory.StartNew(() => run(thread), Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default))
        );

    private protected Dictionary<long, byte[]> Frames()
    {
        using var reader = new JournalReader(_journal.Options, _journal.Vault) { Finished = true };
        return Frames(reader);
    }

    private protected static Dictionary<long, byte[]> Frames(JournalReader reader)
    {
        Dictionary<long, byte[]> frames = [];
        while (reader.Next(out var kind, out var payload, out var at))
        {
            if (kind == FrameKind.Signal)
            {
                frames.Add(at, payload.ToArray());
            }
        }

        return frames;
    }

    private protected void Same(ConcurrentDictionary<long, byte[]> put)
    {
        using var reader = new JournalReader(_journal.Options, _journal.Vault) { Finished = true };
        Same(put, reader);
    }

    private protected static void Same(ConcurrentDictionary<long, byte[]> put, JournalReader reader)
    {
        var frames = Frames(reader);
        Assert.Equal(put.Keys.Order(), frames.Keys.Order());
        Assert.All(put, one => Assert.True(one.Value.AsSpan().SequenceEqual(frames[one.Key]), $"the frame at {one.Key}"));
    }
}
