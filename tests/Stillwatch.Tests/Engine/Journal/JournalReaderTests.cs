using System.Buffers.Binary;
using System.Text;
using Stillwatch.Engine.Journal;
using Stillwatch.Tests.Gateway;
using Xunit;

namespace Stillwatch.Tests.Engine.Journal;

/// <summary>
/// Whatever the bytes are and whoever still writes them, a reader gives whole frames in their order, and waits where one is not done.
/// </summary>
public sealed class JournalReaderTests : IDisposable
{
    private readonly JournalFolder _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task Read_WhenAnyByteIsFlipped_ThenTheFrameIsFoundAndNoRecordIsReadWrong()
    {
        using (var writer = _journal.Writer())
        {
            for (var i = 0; i < 3; i++)
            {
                await JournalFolder.Write(writer, $"x{i}");
            }
        }

        var path = Assert.Single(Directory.GetFiles(_journal.Options.Folder));
        var whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var random = new Random(5);
        var honest = _journal
            .Read()
            .ToDictionary(entry => entry.Record!.Id, entry => Encoding.UTF8.GetString(entry.Record!.Response.Span), StringComparer.Ordinal);
        for (var trial = 0; trial < 300; trial++)
        {
            var changed = whole.ToArray();
            changed[random.Next(Frame.SegmentHeader, changed.Length)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(path, changed, TestContext.Current.CancellationToken);
            Assert.All(_journal.Read().Where(entry => entry.Record != null), entry =>
                Assert.Equal(honest[entry.Record!.Id], Encoding.UTF8.GetString(entry.Record.Response.Span))
            );
        }
    }

    [Fact]
    public async Task Read_WhenAnAccountsKeysAreGone_ThenItsTextCannotBeReadAndTheRestCan()
    {
        using (var writer = _journal.Writer())
        {
            await JournalFolder.Write(writer, "x1", "gone");
            await JournalFolder.Write(writer, "x2", "stays");
        }

        Assert.Equal(1, _journal.Vault.Destroy("gone", null));
        var entries = _journal.Read();
        Assert.Equal(["x1", "x2"], entries.Select(entry => entry.Record!.Id));
        Assert.True(entries[0].Record!.Request.IsEmpty && entries[0].Record!.Response.IsEmpty);
        Assert.Contains("secret words", Encoding.UTF8.GetString(entries[1].Record!.Request.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_WhileSegmentsTurn_ThenWhoeverReadsAlongMissesNothing()
    {
        const int count = 4_000;
        _journal.Options = _journal.Options with { SegmentBytes = 1 << 16 };
        using var writer = _journal.Writer();
        using var reader = new JournalReader(_journal.Options, _journal.Vault) { WrittenTo = () => writer.Frames.Readable };
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; i < count; i++)
                {
                    await JournalFolder.Write(writer, $"x{i}");
                }
            },
            TestContext.Current.CancellationToken
        );
        List<string> ids = [];
        await LiveDeployment.Until(() =>
        {
            while (reader.Read(out var entry))
            {
                ids.Add(entry.Record!.Id);
            }

            return ids.Count >= count;
        });
        await writing;
        Assert.Equal(Enumerable.Range(0, count).Select(i => $"x{i}"), ids);
        Assert.True(Directory.GetFiles(_journal.Options.Folder, "*.swj").Length > 10);
    }

    [Fact]
    public async Task Read_WhenAnExchangeBeganLongBeforeItsEnd_ThenItIsWholeWhereverItsBeginningLies()
    {
        _journal.Options = _journal.Options with { SegmentBytes = 16 << 20 };
        using var writer = _journal.Writer();
        using var reader = new JournalReader(_journal.Options, _journal.Vault)
        {
            WrittenTo = () => writer.Frames.Readable,
            OneAtATime = true,
        };
        List<string> read = [];
        var open = new Queue<(long Ticket, Stillwatch.Exchanges.ExchangeRecord Record)>();
        for (var i = 0; i < 600; i++)
        {
            // A large one now and then, one larger than the window among them; ends come up to three hundred exchanges, and a segment or
            // two, behind beginnings.
            var record = JournalFolder.Record(
                $"x{i}",
                request: $"{{\"i\":{i},\"n\":\"{new string('x', i == 300 ? 5_000_000 : i % 7 == 0 ? 200_000 : 20_000)}\"}}"
            );
            open.Enqueue((writer.Begin(record), record));
            if (open.Count > (i % 2 == 0 ? 300 : 2))
            {
                var (ticket, ended) = open.Dequeue();
                Assert.True(await writer.EndAsync(ticket, ended));
            }

            Take();
        }

        while (open.TryDequeue(out var left))
        {
            Assert.True(await writer.EndAsync(left.Ticket, left.Record));
        }

        await writer.Frames.SyncAsync();
        Take();
        Assert.Equal([.. Enumerable.Range(0, 600).Select(i => $"x{i}")], read);

        void Take()
        {
            while (reader.Read(out var entry))
            {
                Assert.StartsWith(
                    $"{{\"i\":{entry.Record!.Id[1..]},",
                    System.Text.Encoding.UTF8.GetString(entry.Record.Request.Span),
                    StringComparison.Ordinal
                );
                read.Add(entry.Record.Id);
            }
        }
    }

    [Fact]
    public void Next_WhileAFrameIsBeingWritten_ThenItWaitsThereAndGoesOnOnceItIsDone()
    {
        var path = Write(1, Header(1), Whole(1), Unfinished(2), Whole(3));
        using var reader = new JournalReader(_journal.Options, _journal.Vault);
        Assert.Equal(1, Said(reader));
        var before = reader.Position;
        Assert.Null(Said(reader));
        Assert.Null(Said(reader));
        Assert.Equal((before, 0), (reader.Position, reader.Torn));
        File.WriteAllBytes(path, [.. Header(1), .. Whole(1), .. Whole(2), .. Whole(3)]);
        Assert.Equal((2, 3, null), (Said(reader), Said(reader), Said(reader)));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 2)] // of a process that is gone
    public void Next_WhenAFrameWasNeverFinished_ThenItIsSteppedOverAndCounted(bool finished, int before)
    {
        Write(1, Header(1), Whole(1), Unfinished(2), Whole(3));
        using var reader = new JournalReader(_journal.Options, _journal.Vault) { Finished = finished, FinishedBefore = before };
        Assert.Equal((1, 3, null), (Said(reader), Said(reader), Said(reader)));
        Assert.Equal(1, reader.Torn);
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, null)] // the second may still be in memory
    public void Next_WhenASegmentIsNotThere_ThenItIsWaitedForUnlessNobodyWritesAnyMore(bool finished, int? next)
    {
        Write(1, Header(1), Whole(1));
        Write(3, Header(3), Whole(3));
        using var reader = new JournalReader(_journal.Options, _journal.Vault) { Finished = finished };
        Assert.Equal(1, Said(reader));
        Assert.Equal(next, Said(reader));
        Write(2, Header(2), Whole(2));
        Assert.Equal(finished ? null : 2, Said(reader));
        Assert.Equal(finished ? null : 3, Said(reader));
    }

    [Fact]
    public void Next_WhenTheWriterHasNotComeSoFar_ThenNothingBehindIsRead()
    {
        Write(1, Header(1), Whole(1), Whole(2));
        var written = Frame.Position(1, Frame.SegmentHeader);
        using var reader = new JournalReader(_journal.Options, _journal.Vault) { WrittenTo = () => written };
        Assert.Null(Said(reader));
        written += Whole(1).Length;
        Assert.Equal(1, Said(reader));
        Assert.Null(Said(reader));
        written += Whole(2).Length;
        Assert.Equal(2, Said(reader));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    [InlineData(1 << 30)]
    public void Next_WhenALengthLies_ThenItNeitherThrowsNorReadsBeyondTheFile(int length)
    {
        var lying = Whole(1);
        BinaryPrimitives.WriteInt32LittleEndian(lying.AsSpan(4), length);
        Write(1, Header(1), lying, Whole(2));
        Write(2, Header(2), Whole(3));
        using var reader = new JournalReader(_journal.Options, _journal.Vault) { Finished = true };
        List<int> said = [];
        while (Said(reader) is { } one)
        {
            said.Add(one);
        }

        Assert.Equal(3, said[^1]);
        Assert.DoesNotContain(1, said);
        Assert.True(reader.Torn >= 1);
    }

    [Fact]
    public void At_WhenThePositionIsNoFrames_ThenThereIsNone()
    {
        Write(1, Header(1), Whole(1), Unfinished(2), Whole(3));
        using var reader = new JournalReader(_journal.Options, _journal.Vault) { Finished = true };
        Assert.True(reader.At(Frame.Position(1, 64), out var kind, out var payload));
        Assert.Equal((FrameKind.Signal, 1), (kind, payload[0]));
        foreach (
            var position in new[]
            {
                0,
                Frame.Position(1, 0),
                Frame.Position(1, 63),
                Frame.Position(1, 72),
                Frame.Position(1, 64 + Whole(1).Length),
                Frame.Position(1, 1 << 20),
                Frame.Position(2, 64),
            }
        )
        {
            Assert.False(reader.At(position, out _, out _), $"{position:x}");
        }
    }

    [Fact]
    public async Task Read_WhenOneIsReadAtATime_ThenTheTextsAreTheSame()
    {
        using (var writer = _journal.Writer())
        {
            for (var i = 0; i < 40; i++)
            {
                var record = JournalFolder.Record($"x{i}", request: "{\"n\":\"" + new string((char)('a' + i % 26), i * 1_000) + "\"}");
                Assert.True(await writer.EndAsync(writer.Begin(record), record));
            }
        }

        using var reader = new JournalReader(_journal.Options, _journal.Vault) { Finished = true, OneAtATime = true };
        foreach (var kept in _journal.Read())
        {
            Assert.True(reader.Read(out var entry));
            Assert.Equal(kept.Record!.Id, entry.Record!.Id);
            Assert.True(
                kept.Record.Request.Span.SequenceEqual(entry.Record.Request.Span)
                    && kept.Record.Response.Span.SequenceEqual(entry.Record.Response.Span)
            );
        }
    }

    private string Write(int number, params byte[][] parts)
    {
        Directory.CreateDirectory(_journal.Options.Folder);
        var path = Path.Combine(_journal.Options.Folder, $"{number:D10}.swj");
        File.WriteAllBytes(path, [.. parts.SelectMany(part => part)]);
        return path;
    }

    private static byte[] Header(int number)
    {
        var header = new byte[Frame.SegmentHeader];
        BinaryPrimitives.WriteUInt64LittleEndian(header, Frame.SegmentMagic);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), number);
        return header;
    }

    private static byte[] Whole(byte said)
    {
        var frame = new byte[Frame.Size(8)];
        frame[Frame.Header] = said;
        Frame.WriteHeader(frame, FrameKind.Signal);
        return frame;
    }

    private static byte[] Unfinished(byte said)
    {
        var frame = Whole(said);
        frame.AsSpan(8, 4).Clear();
        return frame;
    }

    private static int? Said(JournalReader reader) => reader.Next(out _, out var payload, out _) ? payload[0] : null;
}
