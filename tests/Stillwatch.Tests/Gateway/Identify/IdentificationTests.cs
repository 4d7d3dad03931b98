using System.Net;
using Microsoft.AspNetCore.Http;
using Stillwatch.Accounts;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Identify;
using Xunit;

namespace Stillwatch.Tests.Gateway.Identify;

public sealed class IdentificationTests : IAsyncLifetime
{
    private LiveDeployment _live = null!;

    private GatewayServices Services => _live.Running.Gateway.Services;

    public async ValueTask InitializeAsync() => _live = await LiveDeployment.StartAsync();

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Theory]
    [InlineData("Authorization", "Bearer KEY")]
    [InlineData("Authorization", "bearer   KEY ")]
    [InlineData("x-api-key", "KEY")]
    [InlineData("x-api-key", " KEY ")]
    [InlineData("x-goog-api-key", "KEY")]
    public void Check_WhenAKeyComesInAnyOfTheHeaders_ThenItsAccountIsKnown(string header, string value)
    {
        var (refusal, key) = Check(headers => headers[header] = value.Replace("KEY", _live.Key, StringComparison.Ordinal));
        Assert.Null(refusal);
        Assert.Equal("alice", key!.Account.Name);
    }

    [Theory]
    [InlineData("Authorization", "KEY", "You did not provide an API key")]
    [InlineData("Authorization", "Basic KEY", "You did not provide an API key")]
    [InlineData("Authorization", "Bearer ", "You did not provide an API key")]
    [InlineData("Authorization", "Bearer sk-something", "Incorrect API key provided: it is not whole")]
    [InlineData("Authorization", "Bearer KEYx", "Incorrect API key provided: it is not whole")]
    [InlineData("Authorization", "Bearer KEY KEY", "Incorrect API key provided: it is not whole")]
    public void Check_WhenThereIsNoWholeKey_ThenItSaysWhatIsWrong(string header, string value, string message)
    {
        var (refusal, key) = Check(headers => headers[header] = value.Replace("KEY", _live.Key, StringComparison.Ordinal));
        Assert.Equal((401, "invalid_api_key", null), (refusal!.Status, refusal.Code, key));
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_live.Key, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_WhenTwoKeysAreSent_ThenOneDecidesAndTwoOfAHeaderAreNone()
    {
        var (refusal, key) = Check(headers => (headers["x-api-key"], headers.Authorization) = (_live.Key, "Bearer nothing"));
        Assert.Equal((null, "alice"), (refusal, key!.Account.Name));
        (refusal, _) = Check(headers => headers["x-api-key"] = new[] { _live.Key, _live.Key });
        Assert.StartsWith("You did not provide an API key", refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_WhenAKeyIsNoLongerGood_ThenItSaysWhyAsFarAsItsOwnerMayKnow()
    {
        var accounts = _live.Running.Accounts;
        var (revoked, expired, suspended) = (
            accounts.CreateKey("bob", null, null, "test", null),
            accounts.CreateKey("bob", null, null, "test", DateTimeOffset.UnixEpoch),
            accounts.CreateKey("eve", null, null, "test", null)
        );
        accounts.Revoke(ApiKey.IdOf(revoked)!);
        accounts.Suspend("eve", suspended: true);
        var unknown = ApiKey.Make("test", out _);
        foreach (
            var (token, status, code, message) in new[]
            {
                (revoked, 401, "invalid_api_key", "Incorrect API key provided."),
                (unknown, 401, "invalid_api_key", "Incorrect API key provided."),
                (expired, 401, "invalid_api_key", "This API key has expired."),
                (
                    suspended,
                    403,
                    "account_suspended",
                    "This account is suspended. Whoever runs this service can tell why and take an appeal."
                ),
            }
        )
        {
            var (refusal, key) = Check(headers => headers.Authorization = "Bearer " + token);
            Assert.Equal((status, code, message, null), (refusal!.Status, refusal.Code, refusal.Message, key));
        }
    }

    /// <summary>A connection remembers whose key it was: what changes of a key holds for the next request on it.</summary>
    [Fact]
    public void Check_WhenAKeyIsTakenBackWhileItsConnectionIsOpen_ThenTheNextRequestOnItIsRefused()
    {
        var key = _live.Running.Accounts.CreateKey("bob", null, null, "test", null);
        var connection = new ClientConnection();
        Assert.Null(Check(headers => headers.Authorization = "Bearer " + key, connection).Refusal);
        Assert.Null(Check(headers => headers.Authorization = "Bearer " + key, connection).Refusal);
        // another key on it
        Assert.Equal(401, Check(headers => headers.Authorization = "Bearer " + key[..^1] + "!", connection).Refusal!.Status);
        Assert.Equal("alice", Check(headers => headers.Authorization = "Bearer " + _live.Key, connection).Key!.Account.Name);
        _live.Running.Accounts.Revoke(ApiKey.IdOf(key)!);
        Assert.Equal(401, Check(headers => headers.Authorization = "Bearer " + key, connection).Refusal!.Status);
        _live.Running.Accounts.Suspend("alice", suspended: true);
        Assert.Equal("account_suspended", Check(headers => headers.Authorization = "Bearer " + _live.Key, connection).Refusal!.Code);
    }

    [Fact]
    public void Check_WhenAKeyIsBoundToAddresses_ThenAnAddressThatIsNotKnownIsNone()
    {
        var key = _live.Running.Accounts.CreateKey("bob", null, null, "test", null, [IPNetwork.Parse("192.0.2.0/24")]);
        foreach (var (address, allowed) in new[] { ("192.0.2.255", true), ("192.0.3.0", false), ("::ffff:192.0.2.1", true), (null, false) })
        {
            var (refusal, _) = Check(headers => headers.Authorization = "Bearer " + key, address: address);
            Assert.Equal(allowed ? null : "address_not_allowed", refusal?.Code);
        }
    }

    private (Stillwatch.Gateway.Surface.Refusal? Refusal, KeyEntry? Key) Check(
        Action<IHeaderDictionary> headers,
        ClientConnection? connection = null,
        string? address = "127.0.0.1"
    )
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = address == null ? null : IPAddress.Parse(address);
        headers(http.Request.Headers);
        var refusal = new Identification(Services).Check(http, Services.Options, connection ?? new ClientConnection(), out var key);
        return (refusal, refusal == null ? key : null);
    }
}
