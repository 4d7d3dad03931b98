using Stillwatch.Sketches;

namespace Stillwatch.Range.World;

/// <summary>
/// Which address an account sends from. All addresses are from ranges that belong to nobody (10.0.0.0/8, 2001:db8::/32), all system numbers
/// from the private range of RFC 6996.
/// </summary>
internal static class Networks
{
    private const uint FirstAsn = 4_200_000_000;
    private const int CarrierRegions = 64,
        CarrierAddresses = 64,
        CloudAddresses = 400,
        VpnAddresses = 240,
        Countries = 24;
    private const long Day = 86_400_000_000;

    private static readonly string[] Codes =
    [
        "US",
        "IN",
        "DE",
        "BR",
        "GB",
        "FR",
        "JP",
        "KR",
        "CA",
        "ES",
        "MX",
        "ID",
        "CN",
        "AU",
        "NL",
        "IT",
        "PL",
        "TR",
        "VN",
        "SG",
        "AR",
        "SE",
        "ZA",
        "UA",
    ];

    /// <summary>How many hours a country's clocks are ahead: spread over the day, as customers are, and not a map.</summary>
    public static int HoursAhead(string country) => (country[0] * 7 + country[1]) % 24;

    /// <summary>A country, the larger ones more often.</summary>
    public static string Country(Chance chance) => Codes[chance.Rank(Countries)];

    /// <summary>The address of an exchange.</summary>
    /// <param name="place">What kind of network.</param>
    /// <param name="own">The account's seed, or its group's where they share a line.</param>
    /// <param name="country">The account's country.</param>
    /// <param name="micros">When.</param>
    /// <param name="chance">For networks that deal addresses out by chance.</param>
    public static Origin Origin(Place place, ulong own, string country, long micros, Chance chance)
    {
        var code = (uint)Array.IndexOf(Codes, country);
        switch (place)
        {
            case Place.Home when (own & 3) == 0:
                return new(V6(KeyedHash.Fold(own, 6)), FirstAsn + code * 16 + (uint)(own >> 8 & 7), country);
            case Place.Home:
                return new(
                    V4(1, KeyedHash.Fold(own, (ulong)(micros / Day + (long)(own % 29)) / 29), 1 << 22),
                    FirstAsn + code * 16 + (uint)(own >> 8 & 7),
                    country
                );
            case Place.Carrier:
                // the world's carriers are as many however many customers a provider has
                var region = code * CarrierRegions + (uint)(own >> 16) % CarrierRegions;
                return new(
                    V4(2, KeyedHash.Fold(region, KeyedHash.Fold(own, (ulong)(micros / (Day / 6))) % CarrierAddresses), 1 << 20),
                    FirstAsn + 400 + region / (CarrierRegions / 4),
                    country
                );
            case Place.Office:
                return new(V4(3, own, 1 << 20), FirstAsn + code * 16 + 9, country);
            case Place.Campus:
                return new(V4(4, KeyedHash.Fold(own, (ulong)chance.Next(4)), 1 << 18), FirstAsn + code * 16 + 10, country);
            case Place.Server:
                return new(
                    V4(5, KeyedHash.Fold(own, (ulong)chance.Next((own & 7) == 0 ? 2 : 1)), 1 << 21),
                    FirstAsn + 800 + (uint)(own % 5),
                    country
                );
            case Place.SharedCloud:
                var zone = (uint)(own % 24);
                return new(
                    V4(6, KeyedHash.Fold(zone, KeyedHash.Fold(own, (ulong)(micros / (Day / 8))) % CloudAddresses), 1 << 16),
                    FirstAsn + 820 + zone % 3,
                    country
                );
            case Place.Vpn:
                var service = (uint)(own % 7);
                return new(
                    V4(7, KeyedHash.Fold(service, KeyedHash.Fold(own, (ulong)(micros / (Day / 3))) % VpnAddresses), 1 << 14),
                    FirstAsn + 840 + service,
                    Codes[own / 7 % 8]
                );
            case Place.Pool:
                return new(V4(8, KeyedHash.Fold(own, (ulong)chance.Next(12)), 1 << 20), FirstAsn + 860 + (uint)(own % 9), country);
            default:
                return new(
                    V4(1, chance.Bits(), 1 << 22),
                    FirstAsn + (uint)chance.Next(Countries) * 16 + (uint)chance.Next(8),
                    Codes[chance.Rank(Countries)]
                );
        }
    }

    private static string V4(int net, ulong value, int size)
    {
        var host = (uint)(KeyedHash.Mix(value) % (ulong)size);
        return $"10.{net * 24 + (host >> 16 & 63)}.{host >> 8 & 255}.{host & 255}";
    }

    private static string V6(ulong value) =>
        $"2001:db8:{KeyedHash.Mix(value) & 0xFFFF:x}:{KeyedHash.Mix(value) >> 16 & 0xFFFF:x}::{KeyedHash.Mix(value) >> 40 & 0xFFFF:x}";
}
