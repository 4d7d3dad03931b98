using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Stillwatch.Engine.Disk;
using Stillwatch.Engine.Vault;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// Reads the journal in the order in which it was written, from a position on, also while it is being written: exchanges at their ends,
/// lines from outside, and where the watch closes its ticks. Not thread-safe.
/// </summary>
internal sealed class JournalReader : IDisposable
{
    private const int Usual = 4096,
        MostOfFeatures = 2048; // the longest names of account and exchange fit

    private readonly SegmentFolder _folder;
    private readonly KeyVault _vault;
    private readonly Dictionary<int, SafeFileHandle> _files = [];
    private SegmentWindow? _windowOrNull;

    // of use while the journal is being written: who is far behind reads from the disk
    private readonly CachedTail _tail = new(FileCalls.Real);
    private readonly TakenExchange _taken = new();
    private bool _isTaken;
    private byte[] _end = new byte[4096];
    private OpenedText? _request,
        _response;
    private byte[] _other = new byte[16 * 1024];

    /// <summary>Begins at <paramref name="position"/>; 0 is the start of what is there.</summary>
    public JournalReader(JournalOptions options, KeyVault vault, long position = 0)
    {
        _folder = new SegmentFolder(options);
        _vault = vault;
        Position = position;
    }

    /// <summary>The position behind what was read.</summary>
    public long Position { get; private set; }

    /// <summary>Frames that did not count: torn by the death of a process, or changed.</summary>
    public long Torn { get; private set; }

    /// <summary>Whether a whole file is read: where a frame does not count, the reader steps over it instead of waiting for it.</summary>
    public bool Finished { get; init; }

    /// <summary>
    /// Segments before this one are whole files, of processes that are gone: there too a frame that does not count is stepped over.
    /// </summary>
    public int FinishedBefore { get; init; }

    /// <summary>
    /// Up to which position frames were given out; null where nobody writes. Behind it nothing is read: the kernel would fill megabytes of
    /// a file whose blocks are only reserved with zeros, and keep the processor for that.
    /// </summary>
    public Func<long>? WrittenTo { get; init; }

    /// <summary>Whether the texts of a record are only good until the next is read: for who keeps none.</summary>
    public bool OneAtATime
    {
        get => _request != null;
        init => (_request, _response) = (value ? new() : null, value ? new() : null);
    }

    /// <summary>
    /// Whether <paramref name="fault"/>, thrown by <see cref="Read"/>, costs the entry that could not be read and nothing else.
    /// </summary>
    public static bool IsOfOneEntry(Exception fault) =>
        fault is IOException or CryptographicException or ArgumentException or InvalidOperationException;

    /// <summary>
    /// The key of fingerprints for who wants no more than features: exchanges whose features are on record under it, in the form of today,
    /// come without their texts, which are not even read. Null for exchanges whole.
    /// </summary>
    public KeyedHash? Features { get; init; }

    private SegmentWindow Window => _windowOrNull ??= new(Features == null ? SegmentWindow.All : SegmentWindow.Heads);

    private bool IsFinished(int segment) => Finished || segment < FinishedBefore;

    /// <summary>Goes on to the next entry.</summary>
    /// <param name="entry">What was found.</param>
    /// <returns>False where nothing more is there now; later there may be.</returns>
    public bool Read(out JournalEntry entry)
    {
        while (Next(out var kind, out var payload, out var at))
        {
            switch (kind)
            {
                case FrameKind.End when _isTaken:
                    entry = new JournalEntry(JournalEntryKind.Exchange, at, null, default, _taken);
                    return true;
                case FrameKind.End when Whole(payload) is { } record:
                    entry = new JournalEntry(JournalEntryKind.Exchange, at, record, default);
                    return true;
                case FrameKind.Tick:
                    entry = new JournalEntry(JournalEntryKind.Tick, at, null, default);
                    return true;
                case FrameKind.Gap:
                    entry = new JournalEntry(JournalEntryKind.Gap, at, null, payload.ToArray());
                    return true;
                case FrameKind.Line when _vault.Find(BinaryPrimitives.ReadInt64LittleEndian(payload)) is { } key:
                    entry = new JournalEntry(JournalEntryKind.Line, at, null, key.Open(payload[8..], []));
                    return true;
                case FrameKind.Signal when SignalFrame.Read(payload) is { IsEmpty: false } line:
                    entry = new JournalEntry(JournalEntryKind.Signal, at, null, line);
                    return true;
                default:
                    break; // beginnings and parts are read with their end
            }
        }

        entry = default;
        return false;
    }

    /// <summary>Goes on to the next entry that can be read; those that cannot cost themselves and nothing else.</summary>
    /// <param name="entry">What was found.</param>
    /// <param name="unreadable">Told of each that was passed over: what is wrong with it.</param>
    /// <returns>False where nothing more is there now.</returns>
    /// <exception cref="IOException">The journal itself cannot be read.</exception>
    public bool ReadOn(out JournalEntry entry, Action<string>? unreadable = null)
    {
        while (true)
        {
            var before = Position;
            try
            {
                return Read(out entry);
            }
            catch (Exception fault) when (Position > before && IsOfOneEntry(fault))
            {
                unreadable?.Invoke(fault.Message);
            }
        }
    }

    /// <summary>Goes on to the next frame of any kind, as it lies there.</summary>
    public bool Next(out FrameKind kind, out ReadOnlySpan<byte> payload, out long at)
    {
        while (true)
        {
            var (segment, offset) = Frame.At(Position);
            if (offset == 0)
            {
                var first = _folder.Numbers().FirstOrDefault(number => number >= segment);
                if (first == 0)
                {
                    return Nothing(out kind, out payload, out at);
                }

                Position = Frame.Position(first, Frame.SegmentHeader);
                continue;
            }

            var header = Bytes(segment, offset, Frame.Header);
            if (header.Length < Frame.Header || BinaryPrimitives.ReadUInt32LittleEndian(header) != Frame.Magic)
            {
                var left = WrittenTo == null || Frame.At(WrittenTo()).Segment > segment; // the next file is there before all of this one is
                var next = left ? _folder.Numbers().FirstOrDefault(number => number > segment) : 0;
                if (next == 0 || next > segment + 1 && !IsFinished(segment))
                {
                    Window.ForgetFrom(offset);
                    return Nothing(out kind, out payload, out at); // the end so far, or the next segment is still in memory
                }

                // Between looking for a frame here and finding the next segment, frames may have come: look once more.
                Window.ForgetFrom(offset);
                header = Bytes(segment, offset, Frame.Header);
                if (header.Length < Frame.Header || BinaryPrimitives.ReadUInt32LittleEndian(header) != Frame.Magic)
                {
                    Leave(segment);
                    Position = Frame.Position(next, Frame.SegmentHeader);
                }

                continue;
            }

            var length = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
            var check = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
            kind = (FrameKind)header[12];
            at = Position;
            _isTaken = false;
            if (Features != null && check != 0 && length >= 0)
            {
                // Beginnings and parts are stepped over: what they say is read with their end, where at all. Of an end its own cipher says
                // whether it is what was written.
                // Where nobody writes any more a frame may have come to the disk in parts: it counts where all of it holds, as for every
                // other reader.
                _isTaken =
                    kind == FrameKind.End
                    && Taken(Bytes(segment, offset + Frame.Header, Math.Min(length, MostOfFeatures)))
                    && (!IsFinished(segment) || Frame.Check(kind, Bytes(segment, offset + Frame.Header, length)) == check);
                if (_isTaken || kind == FrameKind.Begin || kind.IsBetween())
                {
                    payload = default;
                    Position = Frame.Position(segment, offset + Frame.Size(length));
                    _tail.Advance(offset);
                    if (_isTaken)
                    {
                        return true;
                    }

                    continue;
                }
            }

            payload = length < 0 ? default : Bytes(segment, offset + Frame.Header, length);
            if (check != 0 && payload.Length == length && Frame.Check(kind, payload) == check)
            {
                Position = Frame.Position(segment, offset + Frame.Size(length));
                _tail.Advance(offset);
                return true;
            }

            if (!IsFinished(segment) && check == 0)
            {
                Window.ForgetFrom(offset);
                return Nothing(out kind, out payload, out at); // it is being written
            }

            Torn++;
            Position = Frame.Position(segment, offset + Frame.Size(Math.Max(0, length)));
        }
    }

    /// <summary>Whether the features of the exchange whose end has <paramref name="payload"/> could be read alone.</summary>
    private bool Taken(ReadOnlySpan<byte> payload)
    {
        if (Features is not { } key)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[FeatureBytes.Size];
        int length;
        string account;
        try
        {
            length = RecordCodec.ReadFeatures(payload, _vault, out account, bytes);
        }
        catch (Exception fault) when (IsOfOneEntry(fault))
        {
            return false; // it is read whole, and what is wrong with it is told there
        }

        if (length == 0 || !FeatureBytes.TryRead(bytes[..length], key, out var features))
        {
            return false;
        }

        (_taken.Account, _taken.Features) = (account, features);
        return true;
    }

    /// <summary>The exchange whose end has <paramref name="payload"/>; null where its beginning is gone.</summary>
    public ExchangeRecord? Whole(ReadOnlySpan<byte> payload)
    {
        if (_end.Length < payload.Length)
        {
            _end = new byte[payload.Length];
        }

        payload.CopyTo(_end); // where it stands something else may be read
        var end = _end.AsSpan(0, payload.Length);
        var before = RecordCodec.Before(end);
        List<byte[]>? parts = null,
            received = null,
            forwarded = null;
        while (true)
        {
            if (!At(before, out var kind, out var bytes))
            {
                return null;
            }

            if (kind == FrameKind.Begin)
            {
                var record = RecordCodec.ReadBegin(bytes, _vault, out var key, out _, _request);
                var last = RecordCodec.ReadEnd(end, record, key, _response);
                if (key != null)
                {
                    record.Response = parts == null ? last : Join(parts, record.Id, key, last.Span);
                    record.Received = received == null ? default : Join(received, record.Id, key, []);
                    record.Forwarded = forwarded == null ? default : Join(forwarded, record.Id, key, []);
                }

                return record;
            }

            if (!kind.IsBetween())
            {
                return null;
            }

            var list = kind switch
            {
                FrameKind.Received => received ??= [],
                FrameKind.Forwarded => forwarded ??= [],
                _ => parts ??= [],
            };
            list.Add(bytes.ToArray());
            before = RecordCodec.Before(bytes);
        }
    }

    /// <summary>The frame at <paramref name="position"/>.</summary>
    public bool At(long position, out FrameKind kind, out ReadOnlySpan<byte> payload)
    {
        var (segment, offset) = Frame.At(position);
        payload = default;
        kind = FrameKind.Void;
        if (offset < Frame.SegmentHeader)
        {
            return false;
        }

        if (InWindow(segment, offset, out kind, out payload))
        {
            return true;
        }

        if (File(segment) is not { } file)
        {
            return false;
        }

        var have = RandomAccess.Read(file, _other.AsSpan(0, Usual), offset); // most frames are there with one read
        var header = _other.AsSpan(0, Frame.Header);
        var length = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        if (have < Frame.Header || BinaryPrimitives.ReadUInt32LittleEndian(header) != Frame.Magic || length < 0)
        {
            return false;
        }

        kind = (FrameKind)header[12];
        var check = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        var whole = Frame.Header + length;
        if (_other.Length < whole)
        {
            Array.Resize(ref _other, Math.Max(whole, _other.Length * 2));
        }

        if (have < whole && have + RandomAccess.Read(file, _other.AsSpan(have, whole - have), offset + have) < whole)
        {
            return false;
        }

        payload = _other.AsSpan(Frame.Header, length);
        return Frame.Check(kind, payload) == check;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files.Values)
        {
            file.Dispose();
        }

        _files.Clear();
        _tail.Dispose();
    }

    private static byte[] Join(List<byte[]> parts, string id, DataKey key, ReadOnlySpan<byte> last)
    {
        var joined = new ArrayBufferWriter<byte>();
        for (var i = parts.Count - 1; i >= 0; i--)
        {
            joined.Write(RecordCodec.ReadPart(parts[i], id, key));
        }

        joined.Write(last);
        return joined.WrittenSpan.ToArray();
    }

    private static bool Nothing(out FrameKind kind, out ReadOnlySpan<byte> payload, out long at)
    {
        kind = FrameKind.Void;
        payload = default;
        at = 0;
        return false;
    }

    /// <summary>The frame there, where all of it is in memory and counts.</summary>
    private bool InWindow(int segment, long offset, out FrameKind kind, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        kind = FrameKind.Void;
        if (!Window.TryGet(segment, offset, Frame.Header, out var header) || BinaryPrimitives.ReadUInt32LittleEndian(header) != Frame.Magic)
        {
            return false;
        }

        kind = (FrameKind)header[12];
        var length = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        return length >= 0
            && Window.TryGet(segment, offset + Frame.Header, length, out payload)
            && Frame.Check(kind, payload) == BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
    }

    /// <summary>Bytes of a segment; fewer at its end.</summary>
    private ReadOnlySpan<byte> Bytes(int segment, long offset, int length)
    {
        if (Window.TryGet(segment, offset, length, out var bytes))
        {
            return bytes;
        }

        if (File(segment) is not { } file)
        {
            return default;
        }

        var end = WrittenTo != null && Frame.At(WrittenTo()) is var (last, written) && last == segment ? written : long.MaxValue;
        return Window.Read(file, segment, offset, length, end);
    }

    private SafeFileHandle? File(int segment)
    {
        if (_files.TryGetValue(segment, out var file))
        {
            return file;
        }

        if (_folder.Find(segment) is not { } path)
        {
            return null;
        }

        return _files[segment] = System.IO.File.OpenHandle(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete,
            WrittenTo == null ? FileOptions.None : FileOptions.RandomAccess
        );
    }

    /// <summary>Leaves a segment for the next. Files far behind are closed; exchanges that began in them are opened again for.</summary>
    private void Leave(int segment)
    {
        if (WrittenTo != null && _folder.Find(segment) is { } path)
        {
            _tail.Close(path);
        }

        foreach (var old in _files.Keys.Where(number => number < segment - 2).ToList())
        {
            _files[old].Dispose();
            _files.Remove(old);
        }
    }
}
