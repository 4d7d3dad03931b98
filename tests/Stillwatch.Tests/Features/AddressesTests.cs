using System.Text;
using Stillwatch.Features;
using Stillwatch.Sketches;
using Xunit;

namespace Stillwatch.Tests.Features;

public sealed class AddressesTests
{
    [Theory]
    [InlineData("198.51.100.7", "::ffff:198.51.100.7", true)]
    [InlineData("198.51.100.7", "::FFFF:C633:6407", true)]
    [InlineData("198.51.100.7", "198.51.100.8", false)]
    [InlineData("2001:db8:1:2::5", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)] // one customer has a /64
    [InlineData("2001:db8:1:2::5", "2001:0DB8:0001:0002::5", true)]
    [InlineData("2001:db8:1:2::5", "2001:db8:1:3::5", false)]
    [InlineData("fe80::1%eth0", "fe80::2", true)]
    [InlineData("not an address", "not an address", true)]
    [InlineData("not an address", "no address", false)]
    [InlineData("1.2.3.4", "1.2.3.4:80", false)]
    public void Of_WhenTwoAddressesAreOneCustomers_ThenAndOnlyThenTheirFingerprintsAreOne(string one, string other, bool same) =>
        Assert.Equal(same, Of(one) == Of(other));

    [Fact]
    public void Of_WhenThereIsNoneOrItIsVeryLong_ThenItIsAbsentOrThatOfTheText()
    {
        Assert.Equal(0UL, Of(""));
        var text = new string('1', 10_000);
        Assert.Equal(KeyedHash.ForScan.Of(Encoding.ASCII.GetBytes(text)), Of(text));
        Assert.NotEqual(Addresses.Of("1.2.3.4"u8, KeyedHash.ForScan), Addresses.Of("1.2.3.4"u8, new KeyedHash(1)));
    }

    private static ulong Of(string address) => Addresses.Of(Encoding.UTF8.GetBytes(address), KeyedHash.ForScan);
}
