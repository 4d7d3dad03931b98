using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Stillwatch.Engine.Vault;
using Stillwatch.Exchanges;

namespace Stillwatch.Engine.Journal;

/// <summary>
/// The payloads of frames. A beginning: version (1), dialect (1), time (8), data key (8), ASN (4), nine strings (2 bytes of length each),
/// the sealed name of the end user (2 + n), the sealed request. A part: position before (8), sealed bytes. An end: position before (8),
/// status (2), outcome (1), flags (1), latency (4), first byte (4), with flag 2 the features (length (2), data key (8), two strings, sealed
/// bytes), the sealed rest of the answer. Sealed values open only with the exchange's id.
/// </summary>
internal static class RecordCodec
{
    private const byte Version = 2; // 1 had no features
    private const int BeginFixed = 1 + 1 + 8 + 8 + 4,
        EndFixed = 8 + 2 + 1 + 1 + 4 + 4;

    /// <summary>Bytes of a beginning's payload.</summary>
    public static int BeginSize(ExchangeRecord record)
    {
        var size =
            BeginFixed
            + 2
            + (record.EndUser == null ? 0 : Encoding.UTF8.GetByteCount(record.EndUser) + DataKey.Overhead)
            + record.Request.Length
            + DataKey.Overhead;
        size += Size(record.Id) + Size(record.Account) + Size(record.Key) + Size(record.Endpoint) + Size(record.Model);
        return size + Size(record.Client.Ip) + Size(record.Client.Country) + Size(record.Client.UserAgent) + Size(record.Client.Tls);
    }

    /// <summary>Bytes of a part's payload.</summary>
    public static int PartSize(int bytes) => 8 + bytes + DataKey.Overhead;

    /// <summary>Bytes of an end's payload.</summary>
    public static int EndSize(ExchangeRecord record) =>
        EndFixed + (record.Features.IsEmpty ? 0 : 2 + FeaturesSize(record)) + record.Response.Length + DataKey.Overhead;

    private static int FeaturesSize(ExchangeRecord record) =>
        8 + Size(record.Account) + Size(record.Id) + record.Features.Length + DataKey.Overhead;

    /// <summary>Writes a beginning.</summary>
    public static void WriteBegin(Span<byte> to, ExchangeRecord record, DataKey key)
    {
        to[0] = Version;
        to[1] = (byte)record.Dialect;
        BinaryPrimitives.WriteInt64LittleEndian(to[2..], record.At.Micros);
        BinaryPrimitives.WriteInt64LittleEndian(to[10..], key.Id);
        BinaryPrimitives.WriteUInt32LittleEndian(to[18..], record.Client.Asn);
        to = to[BeginFixed..];
        Write(ref to, record.Id);
        Write(ref to, record.Account);
        Write(ref to, record.Key);
        Write(ref to, record.Endpoint);
        Write(ref to, record.Model);
        Write(ref to, record.Client.Ip);
        Write(ref to, record.Client.Country);
        Write(ref to, record.Client.UserAgent);
        Write(ref to, record.Client.Tls);
        Span<byte> context = stackalloc byte[ContextBytes];
        context = Context(record.Id, context);
        var user = record.EndUser == null ? [] : Encoding.UTF8.GetBytes(record.EndUser);
        var userSize = record.EndUser == null ? 0 : user.Length + DataKey.Overhead;
        BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)userSize);
        to = to[2..];
        if (userSize > 0)
        {
            key.Seal(user, context, to[..userSize]);
            to = to[userSize..];
        }

        key.Seal(record.Request.Span, context, to);
    }

    /// <summary>Writes a part.</summary>
    public static void WritePart(Span<byte> to, long before, string id, ReadOnlySpan<byte> part, DataKey key)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, before);
        Span<byte> context = stackalloc byte[ContextBytes];
        key.Seal(part, Context(id, context), to[8..]);
    }

    /// <summary>Writes an end.</summary>
    public static void WriteEnd(Span<byte> to, long before, ExchangeRecord record, DataKey key)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, before);
        BinaryPrimitives.WriteUInt16LittleEndian(to[8..], (ushort)record.Status);
        to[10] = (byte)record.Outcome;
        to[11] = (byte)((record.IsStream ? Stream : 0) | (record.Features.IsEmpty ? 0 : HasFeatures));
        BinaryPrimitives.WriteInt32LittleEndian(to[12..], record.LatencyMs);
        BinaryPrimitives.WriteInt32LittleEndian(to[16..], record.FirstTokenMs);
        Span<byte> context = stackalloc byte[ContextBytes];
        context = Context(record.Id, context);
        to = to[EndFixed..];
        if (!record.Features.IsEmpty)
        {
            // With its own name, key and id, so that whoever reads these alone needs no other frame.
            BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)FeaturesSize(record));
            BinaryPrimitives.WriteInt64LittleEndian(to[2..], key.Id);
            to = to[10..];
            var account = to.Slice(2, Encoding.UTF8.GetByteCount(record.Account));
            Write(ref to, record.Account);
            Write(ref to, record.Id);
            key.Seal(
                record.Features.Span,
                OfFeatures(context, account, stackalloc byte[ContextBytes + 1 + account.Length]),
                to[..(record.Features.Length + DataKey.Overhead)]
            );
            to = to[(record.Features.Length + DataKey.Overhead)..];
        }

        key.Seal(record.Response.Span, context, to);
    }

    /// <summary>Opens the features in an end, without its exchange.</summary>
    /// <param name="from">The end.</param>
    /// <param name="vault">The data keys.</param>
    /// <param name="account">The account's name.</param>
    /// <param name="features">Room for them.</param>
    /// <returns>How many bytes they are; 0 where it has none that can be read.</returns>
    public static int ReadFeatures(ReadOnlySpan<byte> from, KeyVault vault, out string account, Span<byte> features)
    {
        account = "";
        if (from.Length < EndFixed + 2 || (from[11] & HasFeatures) == 0)
        {
            return 0;
        }

        var size = BinaryPrimitives.ReadUInt16LittleEndian(from[EndFixed..]);
        if (from.Length < EndFixed + 2 + size)
        {
            return 0; // longer than what was read of it: it is read whole
        }

        var block = from.Slice(EndFixed + 2, size);
        if (vault.Find(BinaryPrimitives.ReadInt64LittleEndian(block)) is not { } key)
        {
            return 0;
        }

        block = block[8..];
        var length = BinaryPrimitives.ReadUInt16LittleEndian(block);
        var name = block.Slice(2, length);
        account = FewStrings.Of(name);
        block = block[(2 + length)..];
        var idLength = BinaryPrimitives.ReadUInt16LittleEndian(block);
        Span<byte> context = stackalloc byte[ContextBytes];
        context = OfFeatures(Context(block.Slice(2, idLength), context), name, stackalloc byte[ContextBytes + 1 + name.Length]);
        block = block[(2 + idLength)..];
        var bytes = DataKey.TextLength(block);
        if (bytes > features.Length)
        {
            return 0;
        }

        key.Open(block, context, features[..bytes]);
        return bytes;
    }

    /// <summary>The position of the frame before a part or an end.</summary>
    public static long Before(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadInt64LittleEndian(payload);

    /// <summary>Reads a beginning. Where the key was destroyed the request is empty and <paramref name="erased"/>.</summary>
    public static ExchangeRecord ReadBegin(
        ReadOnlySpan<byte> from,
        KeyVault vault,
        out DataKey? key,
        out bool erased,
        OpenedText? room = null
    )
    {
        if (from[0] is 0 or > Version)
        {
            throw new InvalidDataException($"a record of version {from[0]} is newer than this program");
        }

        var dialect = (Dialect)from[1];
        var at = new EventTime(BinaryPrimitives.ReadInt64LittleEndian(from[2..]));
        key = vault.Find(BinaryPrimitives.ReadInt64LittleEndian(from[10..]));
        erased = key == null;
        var asn = BinaryPrimitives.ReadUInt32LittleEndian(from[18..]);
        from = from[BeginFixed..];
        var id = Read(ref from)!;
        var account = Read(ref from)!;
        var publicKey = Read(ref from);
        var endpoint = Read(ref from)!;
        var model = Read(ref from);
        var client = new ClientFacts(Read(ref from), asn, Read(ref from), Read(ref from), Read(ref from));
        var userSize = BinaryPrimitives.ReadUInt16LittleEndian(from);
        Span<byte> context = stackalloc byte[ContextBytes];
        context = Context(id, context);
        var user = key == null || userSize == 0 ? null : Encoding.UTF8.GetString(key.Open(from.Slice(2, userSize), context));
        return new ExchangeRecord
        {
            Id = id,
            Account = account,
            At = at,
            Key = publicKey,
            Endpoint = endpoint,
            Model = model,
            Client = client,
            Dialect = dialect,
            EndUser = user,
            Request = key == null ? default : OpenedText.Open(key, from[(2 + userSize)..], context, room),
        };
    }

    /// <summary>Opens a part's bytes.</summary>
    public static byte[] ReadPart(ReadOnlySpan<byte> from, string id, DataKey key)
    {
        Span<byte> context = stackalloc byte[ContextBytes];
        return key.Open(from[8..], Context(id, context));
    }

    /// <summary>Reads an end into <paramref name="record"/>.</summary>
    /// <returns>The bytes of the answer that it carries.</returns>
    public static ReadOnlyMemory<byte> ReadEnd(ReadOnlySpan<byte> from, ExchangeRecord record, DataKey? key, OpenedText? room = null)
    {
        record.Status = BinaryPrimitives.ReadUInt16LittleEndian(from[8..]);
        record.Outcome = (Outcome)from[10];
        record.IsStream = (from[11] & Stream) != 0;
        record.LatencyMs = BinaryPrimitives.ReadInt32LittleEndian(from[12..]);
        record.FirstTokenMs = BinaryPrimitives.ReadInt32LittleEndian(from[16..]);
        var rest = from[(EndFixed + ((from[11] & HasFeatures) != 0 ? 2 + BinaryPrimitives.ReadUInt16LittleEndian(from[EndFixed..]) : 0))..];
        Span<byte> context = stackalloc byte[ContextBytes];
        return key == null ? default : OpenedText.Open(key, rest, Context(record.Id, context), room);
    }

    private const int ContextBytes = 32;
    private const byte Stream = 1,
        HasFeatures = 2;

    /// <summary>What binds a sealed value to its exchange: the id, hashed to a fixed length.</summary>
    private static Span<byte> Context(string id, Span<byte> room)
    {
        Span<byte> utf8 = stackalloc byte[id.Length * 3];
        return Context(utf8[..Encoding.UTF8.GetBytes(id, utf8)], room);
    }

    private static Span<byte> Context(scoped ReadOnlySpan<byte> id, Span<byte> room)
    {
        if (id.Length <= room.Length)
        {
            id.CopyTo(room);
            return room[..id.Length];
        }

        SHA256.HashData(id, room);
        return room;
    }

    /// <summary>
    /// What binds features to their exchange and its account, so that no other sealed value of it can stand in their place, nor another
    /// name beside them.
    /// </summary>
    private static Span<byte> OfFeatures(scoped ReadOnlySpan<byte> context, scoped ReadOnlySpan<byte> account, Span<byte> room)
    {
        context.CopyTo(room);
        room[context.Length] = (byte)'f';
        account.CopyTo(room[(context.Length + 1)..]);
        return room[..(context.Length + 1 + account.Length)];
    }

    private static int Size(string? text) => 2 + (text == null ? 0 : Encoding.UTF8.GetByteCount(text));

    private static void Write(ref Span<byte> to, string? text)
    {
        var length = text == null ? 0 : Encoding.UTF8.GetBytes(text, to[2..]);
        BinaryPrimitives.WriteUInt16LittleEndian(to, text == null ? ushort.MaxValue : (ushort)length);
        to = to[(2 + length)..];
    }

    private static string? Read(ref ReadOnlySpan<byte> from)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(from);
        if (length == ushort.MaxValue)
        {
            from = from[2..];
            return null;
        }

        var text = Encoding.UTF8.GetString(from.Slice(2, length));
        from = from[(2 + length)..];
        return text;
    }
}
