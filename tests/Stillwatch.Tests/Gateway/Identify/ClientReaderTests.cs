using System.Net;
using Microsoft.AspNetCore.Http;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Identify;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Gateway.Identify;

/// <summary>
/// Where a request comes from is what the connection says, and what proxies say that are trusted: nobody writes himself another address.
/// </summary>
public sealed class ClientReaderTests
{
    private static readonly GatewayOptions Options = new()
    {
        Upstreams = [],
        TrustedProxies = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("2001:db8:f::/48")],
    };

    [Theory]
    [InlineData("192.0.2.1", null, "192.0.2.1")]
    [InlineData("192.0.2.1", "9.9.9.9", "192.0.2.1")] // no proxy of ours: it says what it likes
    [InlineData("::ffff:192.0.2.1", null, "192.0.2.1")]
    [InlineData("10.0.0.1", null, "10.0.0.1")]
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    [InlineData("10.0.0.1", "192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:10.0.0.1", "192.0.2.7", "192.0.2.7")]
    [InlineData("10.0.0.1", "9.9.9.9, 192.0.2.7", "192.0.2.7")] // what stands left anybody may have written
    [InlineData("10.0.0.1", "9.9.9.9, 192.0.2.7, 10.0.0.2, 10.9.9.9", "192.0.2.7")] // through proxies of ours
    [InlineData("10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.3")]
    [InlineData("10.0.0.1", "192.0.2.7:4711", "192.0.2.7")]
    [InlineData("10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1")]
    [InlineData("10.0.0.1", "2001:db8::1", "2001:db8::1")]
    [InlineData("10.0.0.1", "::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("10.0.0.1", "::ffff:10.0.0.9", "10.0.0.9")]
    [InlineData("10.0.0.1", "192.0.2.7, unknown", "10.0.0.1")] // no address: what is left of it is not believed
    [InlineData("10.0.0.1", "192.0.2.7, unknown, 10.0.0.2", "10.0.0.2")]
    [InlineData("2001:db8:f::1", "192.0.2.7", "192.0.2.7")]
    [InlineData(null, "192.0.2.7", null)]
    public void Of_WhenProxiesStandBetween_ThenTheAddressIsTheFirstThatIsNoneOfOurs(string? connection, string? forwarded, string? address)
    {
        using var reader = new ClientReader(null, null);
        var http = Http(connection, forwarded);
        Assert.Equal(address, reader.Of(http, Options).Ip);
        Assert.Equal(address, ClientReader.AddressOf(http, Options)?.ToString()); // by which keys are bound
    }

    [Theory]
    [InlineData("10.0.0.1", "t13d1516h2_8daaf6152771_e5627efa2ab1", "t13d1516h2_8daaf6152771_e5627efa2ab1")]
    [InlineData("192.0.2.1", "t13d1516h2_8daaf6152771_e5627efa2ab1", null)]
    public void Of_WhenAFingerprintIsSaid_ThenItIsBelievedFromATrustedProxyOnly(string connection, string said, string? tls)
    {
        using var reader = new ClientReader(null, null);
        var http = Http(connection, null);
        http.Request.Headers["X-JA4"] = said;
        Assert.Equal(tls, reader.Of(http, Options).Tls);
        http.Request.Headers["X-JA4"] = new string('x', 65);
        Assert.Null(reader.Of(http, Options).Tls);
        http.Request.Headers["X-JA4"] = new[] { said, said };
        Assert.Null(reader.Of(http, Options).Tls);
    }

    [Fact]
    public void Of_WhenAnAgentIsLong_ThenItIsCut()
    {
        using var reader = new ClientReader(null, null);
        var http = Http("192.0.2.1", null);
        Assert.Null(reader.Of(http, Options).UserAgent);
        http.Request.Headers.UserAgent = new string('a', 513);
        Assert.Equal(512, reader.Of(http, Options).UserAgent!.Length);
    }

    [Fact]
    public void New_WhenADatabaseIsNoneOrNotThere_ThenTheFileIsNamed()
    {
        using var folder = new LogFolder();
        var rubbish = folder.Write("asn.mmdb", "no database");
        Assert.StartsWith(
            $"{rubbish} is no MaxMind database",
            Assert.Throws<IOException>(() => new ClientReader(rubbish, null)).Message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "/nowhere.mmdb is no MaxMind database",
            Assert.Throws<IOException>(() => new ClientReader(null, "/nowhere.mmdb")).Message,
            StringComparison.Ordinal
        );
    }

    private static DefaultHttpContext Http(string? connection, string? forwarded)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = connection == null ? null : IPAddress.Parse(connection);
        if (forwarded != null)
        {
            http.Request.Headers["X-Forwarded-For"] = forwarded;
        }

        return http;
    }
}
