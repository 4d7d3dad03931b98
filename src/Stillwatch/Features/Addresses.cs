using System.Net;
using System.Text;
using Stillwatch.Sketches;

namespace Stillwatch.Features;

/// <summary>Fingerprints of client addresses, cut to what one customer commonly has: the whole of IPv4, a /64 of IPv6.</summary>
internal static class Addresses
{
    /// <summary>
    /// The fingerprint of <paramref name="address"/> as text; of the text itself where it is no address; 0 where it is empty.
    /// </summary>
    public static ulong Of(ReadOnlySpan<byte> address, KeyedHash key)
    {
        if (address.Length == 0)
        {
            return 0;
        }

        Span<char> text = stackalloc char[64];
        if (address.Length > text.Length || !IPAddress.TryParse(text[..Encoding.ASCII.GetChars(address, text)], out var parsed))
        {
            return key.Of(address);
        }

        if (parsed.IsIPv4MappedToIPv6)
        {
            parsed = parsed.MapToIPv4();
        }

        Span<byte> bytes = stackalloc byte[16];
        parsed.TryWriteBytes(bytes, out var length);
        return key.Of(bytes[..(length == 4 ? 4 : 8)]);
    }
}
