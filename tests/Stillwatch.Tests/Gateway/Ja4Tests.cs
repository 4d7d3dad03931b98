using Stillwatch.Gateway;
using Xunit;

namespace Stillwatch.Tests.Gateway;

public sealed class Ja4Tests
{
    [Fact]
    public void Of_WhenTheExampleOfItsSpecification_ThenItsFingerprint()
    {
        // FoxIO, JA4 technical details: the lists of its worked example, with GREASE values among them.
        ushort[] ciphers =
        [
            0x1a1a,
            0x1301,
            0x1302,
            0x1303,
            0xc02b,
            0xc02f,
            0xc02c,
            0xc030,
            0xcca9,
            0xcca8,
            0xc013,
            0xc014,
            0x009c,
            0x009d,
            0x002f,
            0x0035,
        ];
        ushort[] extensions =
        [
            0x2a2a,
            0x001b,
            0x0000,
            0x0033,
            0x0010,
            0x4469,
            0x0017,
            0x002d,
            0x000d,
            0x0005,
            0x0023,
            0x0012,
            0x002b,
            0xff01,
            0x000b,
            0x000a,
            0x0015,
        ];
        ushort[] signatures = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];
        var hello = Hello(ciphers, extensions, signatures);
        Assert.Equal("t13d1516h2_8daaf6152771_e5627efa2ab1", Ja4.Of(hello));
        for (var length = 0; length < hello.Length; length++)
        {
            Ja4.Of(hello.AsSpan(0, length)); // cut anywhere, it does not throw
        }

        var random = new Random(4);
        for (var trial = 0; trial < 20_000; trial++)
        {
            var broken = hello.ToArray();
            for (var i = 0; i < 4; i++)
            {
                broken[random.Next(5, broken.Length)] = (byte)random.Next(256);
            }

            Ja4.Of(broken);
        }
    }

    private static byte[] Hello(ushort[] ciphers, ushort[] extensions, ushort[] signatures)
    {
        static byte[] U16(int value) => [(byte)(value >> 8), (byte)value];
        static byte[] All(IEnumerable<ushort> values) => [.. values.SelectMany(value => U16(value))];
        byte[] body = [3, 3, .. new byte[32], 0, .. U16(ciphers.Length * 2), .. All(ciphers), 1, 0];
        byte[] extensionBytes =
        [
            .. extensions.SelectMany(type =>
            {
                byte[] content = type switch
                {
                    0x000d => [.. U16(signatures.Length * 2), .. All(signatures)],
                    0x0010 => [0, 12, 2, (byte)'h', (byte)'2', 8, .. "http/1.1"u8],
                    0x002b => [4, 3, 4, 3, 3],
                    _ => [],
                };
                return (byte[])[.. U16(type), .. U16(content.Length), .. content];
            }),
        ];
        byte[] message = [.. body, .. U16(extensionBytes.Length), .. extensionBytes];
        return [22, 3, 1, .. U16(message.Length + 4), 1, 0, .. U16(message.Length), .. message];
    }
}
