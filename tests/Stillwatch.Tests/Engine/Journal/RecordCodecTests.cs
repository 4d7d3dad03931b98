using System.Security.Cryptography;
using System.Text;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Vault;
using Stillwatch.Exchanges;
using Xunit;

namespace Stillwatch.Tests.Engine.Journal;

/// <summary>What the journal's frames say is read back as it was written, and opens for its own exchange alone.</summary>
public sealed class RecordCodecTests : IDisposable
{
    private const int Canary = 0xEE;

    private static readonly EventTime At = new(1_772_409_600L * EventTime.Second + 7);

    private readonly JournalFolder _journal = new();

    private KeyVault Vault => _journal.Vault;

    public void Dispose() => _journal.Dispose();

    [Fact]
    public void ReadBegin_WhenAnythingIsMissingEmptyOrOdd_ThenItIsAsItWasWritten()
    {
        var random = new Random(3);
        string?[] texts = [null, "", "a", "ünïcode \ud83d\ude00", new('x', 512), "\0\n"];
        for (var i = 0; i < 300; i++)
        {
            var record = new ExchangeRecord
            {
                Id = Some(),
                At = At,
                Account = Some(),
                Key = Any(),
                EndUser = Any() is { Length: > 0 } user ? user : null,
                Endpoint = Some(),
                Model = Any(),
                Dialect = (Dialect)random.Next(5),
                Client = new ClientFacts(Any(), (uint)random.Next(), Any(), Any(), Any()),
                Request = Encoding.UTF8.GetBytes(new string('r', random.Next(3_000))),
            };
            var read = RecordCodec.ReadBegin(Begin(record), Vault, out var key, out var erased);
            Assert.Equal((false, Vault.For(record.Account, record.EndUser, At).Id), (erased, key!.Id));
            Assert.Equal(Said(record), Said(read));
            Assert.True(record.Request.Span.SequenceEqual(read.Request.Span));
        }

        string? Any() => texts[random.Next(texts.Length)];
        string Some() => texts[random.Next(1, texts.Length)]!;
    }

    [Fact]
    public void ReadEnd_WhenWritten_ThenItIsAsItWas_WithFeaturesAndWithout()
    {
        foreach (var features in new[] { [], Encoding.ASCII.GetBytes("features of it") })
        {
            var record = Record("x");
            (record.Status, record.Outcome, record.IsStream, record.LatencyMs, record.FirstTokenMs, record.Features) = (
                529,
                Outcome.Timeout,
                true,
                70_000,
                -1,
                features
            );
            record.Response = Encoding.UTF8.GetBytes("the rest of the answer");
            var key = Vault.For("a", null, At);
            var payload = Exactly(RecordCodec.EndSize(record), to => RecordCodec.WriteEnd(to, 77, record, key));
            Assert.Equal(77, RecordCodec.Before(payload));
            var read = Record("x");
            Assert.Equal("the rest of the answer", Encoding.UTF8.GetString(RecordCodec.ReadEnd(payload, read, key).Span));
            Assert.Equal(
                (529, Outcome.Timeout, true, 70_000, -1),
                (read.Status, read.Outcome, read.IsStream, read.LatencyMs, read.FirstTokenMs)
            );
            Span<byte> room = new byte[100];
            var bytes = RecordCodec.ReadFeatures(payload, Vault, out var account, room);
            Assert.Equal(
                (features.Length == 0 ? "" : "a", Encoding.ASCII.GetString(features)),
                (account, Encoding.ASCII.GetString(room[..bytes]))
            );
            // its key was destroyed: what is not sealed is still known
            Assert.True(RecordCodec.ReadEnd(payload, read, key: null).IsEmpty);
        }
    }

    [Fact]
    public void ReadPart_WhenItIsOfAnotherExchange_ThenItDoesNotOpen()
    {
        var key = Vault.For("a", null, At);
        foreach (var id in new[] { "x", new string('y', 33), "ünïcode" })
        {
            var payload = Exactly(RecordCodec.PartSize(4), to => RecordCodec.WritePart(to, 99, id, "part"u8, key));
            Assert.Equal(99, RecordCodec.Before(payload));
            Assert.Equal("part"u8, RecordCodec.ReadPart(payload, id, key));
            Assert.ThrowsAny<CryptographicException>(() => RecordCodec.ReadPart(payload, id + "y", key));
        }
    }

    [Fact]
    public void ReadBegin_WhenItsIdIsChanged_ThenItsRequestDoesNotOpen()
    {
        var payload = Begin(Record("abcdef"));
        payload[payload.AsSpan().IndexOf("abcdef"u8)] ^= 1;
        Assert.ThrowsAny<CryptographicException>(() => RecordCodec.ReadBegin(payload, Vault, out _, out _));
    }

    [Fact]
    public void ReadBegin_WhenTheKeyWasDestroyed_ThenWhatWasSaidIsGoneAndTheRestIsThere()
    {
        var record = Record("x", "end user");
        var payload = Begin(record);
        Assert.Equal(1, Vault.Destroy("a", "end user"));
        var read = RecordCodec.ReadBegin(payload, Vault, out var key, out var erased);
        Assert.Equal((true, null, null, true, "a", "m"), (erased, key, read.EndUser, read.Request.IsEmpty, read.Account, read.Model));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(255)]
    public void ReadBegin_WhenItIsOfANewerProgram_ThenItSaysSo(byte version)
    {
        var payload = Begin(Record("x"));
        payload[0] = version;
        Assert.Equal(
            $"a record of version {version} is newer than this program",
            Assert.Throws<InvalidDataException>(() => RecordCodec.ReadBegin(payload, Vault, out _, out _)).Message
        );
    }

    [Fact]
    public void ReadFeatures_WhenTheyAreAnothersCutOffOrTooLong_ThenTheyAreNotTaken()
    {
        var record = Record("exchange-1");
        record.Features = Encoding.ASCII.GetBytes("twenty bytes of them");
        var payload = Exactly(RecordCodec.EndSize(record), to => RecordCodec.WriteEnd(to, 1, record, Vault.For("a", null, At)));
        var room = new byte[20];
        Assert.Equal(20, RecordCodec.ReadFeatures(payload, Vault, out _, room));
        Assert.Equal(0, RecordCodec.ReadFeatures(payload, Vault, out _, new byte[19]));
        for (var length = 0; length < payload.Length - RecordCodec.PartSize(0) + 8; length++)
        {
            Assert.Equal(0, RecordCodec.ReadFeatures(payload.AsSpan(0, length), Vault, out _, room));
        }

        foreach (var name in new[] { "exchange-1", "a" }) // whose they are cannot be written over
        {
            var changed = payload.ToArray();
            var at = 30 + changed.AsSpan(30).IndexOf(Encoding.ASCII.GetBytes(name));
            changed[at] ^= 2;
            Assert.ThrowsAny<CryptographicException>(() => RecordCodec.ReadFeatures(changed, Vault, out _, new byte[20]));
        }

        Vault.Destroy("a", null);
        Assert.Equal(0, RecordCodec.ReadFeatures(payload, Vault, out _, room));
    }

    /// <summary>What is on disk keeps its meaning: the part of a beginning and an end that is not sealed.</summary>
    [Fact]
    public void WriteBegin_WhenGolden_ThenTheBytesAreThese()
    {
        using var key = new DataKey(0x0102030405060708, new byte[32]);
        var record = Record("id");
        var begin = Exactly(RecordCodec.BeginSize(record), to => RecordCodec.WriteBegin(to, record, key));
        Assert.Equal(
            "0201"
                + "07C09A44FF4B0600"
                + "0807060504030201"
                + "07000000"
                + "02006964"
                + "010061"
                + "01006B"
                + "01002F"
                + "01006D"
                + "0700312E322E332E34"
                + "FFFF"
                + "FFFF"
                + "FFFF"
                + "0000",
            Convert.ToHexString(begin.AsSpan(0, begin.Length - record.Request.Length - DataKey.Overhead))
        );
        (record.Status, record.Outcome, record.IsStream, record.LatencyMs, record.FirstTokenMs) = (200, Outcome.ClientGone, true, 258, 3);
        var end = Exactly(RecordCodec.EndSize(record), to => RecordCodec.WriteEnd(to, 0x10, record, key));
        Assert.Equal($"1000000000000000C800{(int)Outcome.ClientGone:X2}010201000003000000", Convert.ToHexString(end.AsSpan(0, 20)));
    }

    private byte[] Begin(ExchangeRecord record) =>
        Exactly(RecordCodec.BeginSize(record), to =>
            RecordCodec.WriteBegin(to, record, Vault.For(record.Account, record.EndUser, record.At))
        );

    /// <summary>What is written into room of <paramref name="size"/> bytes: all of it, and not one byte more.</summary>
    private static byte[] Exactly(int size, Action<byte[]> write)
    {
        var room = new byte[size];
        Array.Fill(room, (byte)Canary);
        write(room);
        var again = new byte[size];
        write(again);
        Assert.Equal(size, room.Length);
        Assert.False(room[^DataKey.Overhead..].All(one => one == Canary), "its end is written");
        Assert.ThrowsAny<ArgumentException>(() => write(new byte[size - 1]));
        return again;
    }

    private static ExchangeRecord Record(string id, string? user = null) =>
        new()
        {
            Id = id,
            At = At,
            Account = "a",
            EndUser = user,
            Key = "k",
            Endpoint = "/",
            Dialect = (Dialect)1,
            Model = "m",
            Client = new ClientFacts("1.2.3.4", 7, null, null, null),
            Request = "{}"u8.ToArray(),
        };

    private static string Said(ExchangeRecord record) =>
        string.Join(
            '|',
            record.Id,
            record.At.Micros,
            record.Account,
            record.Key ?? "(none)",
            record.EndUser ?? "(none)",
            record.Endpoint,
            record.Dialect,
            record.Model ?? "(none)",
            record.Client
        );
}
