using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Stillwatch.Gateway;

/// <summary>
/// The JA4 fingerprint of a TLS client, from its first message (FoxIO, JA4: TLS Client Fingerprinting, technical details). Computed where
/// TLS ends here; it tells one client program from another, whatever the program calls itself.
/// </summary>
internal static class Ja4
{
    /// <summary>The key of a connection's item that holds it.</summary>
    public const string Item = "stillwatch.ja4";

    /// <summary>Makes TLS connections with <paramref name="certificate"/> leave their fingerprint.</summary>
    public static void Listen(HttpsConnectionAdapterOptions https, TlsCertificate certificate)
    {
        https.ServerCertificate = certificate.Context.TargetCertificate;
        https.OnAuthenticate = (_, options) => options.ServerCertificateContext = certificate.Context;
        https.TlsClientHelloBytesCallback = static (connection, hello) =>
        {
            var bytes = new byte[hello.Length];
            var at = 0;
            foreach (var segment in hello)
            {
                segment.Span.CopyTo(bytes.AsSpan(at));
                at += segment.Length;
            }

            connection.Items[Item] = Of(bytes);
        };
    }

    /// <summary>The fingerprint of a TLS record with a ClientHello; null where it is none.</summary>
    public static string? Of(ReadOnlySpan<byte> record)
    {
        try
        {
            return Read(record);
        }
        catch (Exception fault) when (fault is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            return null; // cut off, or lying about its lengths
        }
    }

    private static string? Read(ReadOnlySpan<byte> record)
    {
        if (record.Length < 43 || record[0] != 22 || record[5] != 1)
        {
            return null;
        }

        var hello = record[9..];
        var version = U16(hello);
        hello = hello[34..]; // version, random
        hello = hello[(1 + hello[0])..]; // session id
        var ciphers = Pairs(hello[2..(2 + U16(hello))]);
        hello = hello[(2 + U16(hello))..];
        hello = hello[(1 + hello[0])..]; // compression
        List<ushort> extensions = [],
            signatures = [];
        var (named, protocol, count) = ('i', "00", 0);
        if (hello.Length >= 2)
        {
            hello = hello[2..(2 + U16(hello))];
            while (hello.Length >= 4)
            {
                var type = U16(hello);
                var body = hello.Slice(4, U16(hello[2..]));
                hello = hello[(4 + body.Length)..];
                if (IsGrease(type))
                {
                    continue;
                }

                count++;
                switch (type)
                {
                    case 0:
                        named = 'd';
                        break;
                    case 16 when body.Length > 3:
                        protocol = Ends(body.Slice(3, body[2]));
                        break;
                    case 13:
                        signatures = [.. Pairs(body[2..]).Where(one => !IsGrease(one))];
                        break;
                    case 43:
                        version = Pairs(body[1..]).Where(v => !IsGrease(v)).DefaultIfEmpty((ushort)version).Max();
                        break;
                }

                if (type is not (0 or 16))
                {
                    extensions.Add((ushort)type);
                }
            }
        }

        ciphers.RemoveAll(cipher => IsGrease(cipher));
        var shown = version switch
        {
            0x0304 => "13",
            0x0303 => "12",
            0x0302 => "11",
            0x0301 => "10",
            _ => "00",
        };
        var head = $"t{shown}{named}{Math.Min(99, ciphers.Count):D2}{Math.Min(99, count):D2}{protocol}";
        var middle = Hash(string.Join(',', ciphers.Order().Select(Hex)));
        var tail = string.Join(',', extensions.Order().Select(Hex));
        return $"{head}_{middle}_{Hash(signatures.Count == 0 ? tail : tail + "_" + string.Join(',', signatures.Select(Hex)))}";
    }

    private static int U16(ReadOnlySpan<byte> bytes) => bytes[..2][0] << 8 | bytes[1];

    private static List<ushort> Pairs(ReadOnlySpan<byte> bytes)
    {
        List<ushort> pairs = [];
        for (; bytes.Length >= 2; bytes = bytes[2..])
        {
            pairs.Add((ushort)U16(bytes));
        }

        return pairs;
    }

    private static bool IsGrease(int value) => (value & 0x0F0F) == 0x0A0A && value >> 8 == (value & 0xFF);

    private static string Ends(ReadOnlySpan<byte> protocol)
    {
        if (protocol.IsEmpty)
        {
            return "00";
        }

        var (first, last) = ((char)protocol[0], (char)protocol[^1]);
        return char.IsAsciiLetterOrDigit(first) && char.IsAsciiLetterOrDigit(last)
            ? $"{first}{last}"
            : $"{protocol[0] >> 4:x}{protocol[^1] & 15:x}";
    }

    private static string Hex(ushort value) => value.ToString("x4", CultureInfo.InvariantCulture);

    private static string Hash(string text) =>
        text.Length == 0 ? "000000000000" : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)))[..12];
}
