using System.Net;
using Stillwatch.Tests.App.Deployment;
using Stillwatch.Tests.Gateway;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.App.Verbs;

/// <summary>Keys and accounts, changed by the command line under a running gateway: what the command says is so when it returns.</summary>
public sealed class KeysVerbTests : IDisposable
{
    private const string Body = """{"model":"m","messages":[]}""";

    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Create_WhenItReturns_ThenTheKeyWorksAndWhenItIsRevokedItDoesNot()
    {
        await using var live = await LiveDeployment.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            var (status, output, error) = await Run("keys", "create", "--account", "bob", "--data", live.Path);
            Assert.Equal((0, ""), (status, error));
            var key = output.Trim();
            Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", Body, key)).StatusCode);

            (status, output, error) = await Run("keys", "revoke", key, "--data", live.Path); // a key that leaked is at hand, its id is not
            Assert.Equal((0, ""), (status, output));
            Assert.Matches("^key [0-9A-Za-z]{8} of account bob is revoked", error);
            Assert.DoesNotContain(key, error, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Unauthorized, (await live.Send("/v1/chat/completions", Body, key)).StatusCode);
        }

        Assert.Equal(0, (await Run("accounts", "suspend", "alice", "--data", live.Path)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await live.Send("/v1/chat/completions", Body)).StatusCode);
        Assert.Equal(0, (await Run("accounts", "restore", "alice", "--data", live.Path)).Status);
        Assert.Equal(HttpStatusCode.OK, (await live.Send("/v1/chat/completions", Body)).StatusCode);
    }

    [Fact]
    public async Task Create_WhenTheTierIsNotConfigured_ThenItIsSaid()
    {
        await using var live = await LiveDeployment.StartAsync();
        var (status, output, error) = await Run("keys", "create", "--account", "bob", "--tier", "gold", "--data", live.Path);
        Assert.Equal(0, status);
        Assert.Contains("has no tier gold", error, StringComparison.Ordinal);
        Assert.StartsWith("swk_live_", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keys", "list")]
    [InlineData("keys", "revoke", "12345678")]
    [InlineData("keys", "rotate", "12345678")]
    [InlineData("accounts", "list")]
    [InlineData("accounts", "suspend", "a")]
    [InlineData("accounts", "erase", "a")]
    [InlineData("query", "select 1")]
    [InlineData("watch")]
    [InlineData("replay", "log.jsonl", "--into", "http://127.0.0.1:1")]
    public async Task Data_WhenThereIsNone_ThenItIsSaidAndNothingIsMade(params string[] verb)
    {
        var nowhere = Path.Combine(_folder.Path, "nowhere");
        var (status, output, error) = await Run([.. verb, "--data", nowhere]);
        Assert.Equal((2, ""), (status, output));
        Assert.Contains(
            "is no data folder of Stillwatch: it is not there",
            Assert.Single(error.TrimEnd().Split('\n')),
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(nowhere));
        Directory.CreateDirectory(nowhere);
        Assert.Equal(2, (await Run([.. verb, "--data", nowhere])).Status);
        Assert.Empty(Directory.EnumerateFileSystemEntries(nowhere));
    }

    [Fact]
    public async Task Revoke_WhenThereIsNoSuchKey_ThenTheKeyThatWasTypedIsNotShown()
    {
        var data = Path.Combine(_folder.Path, "data");
        Assert.Equal(0, (await Run("keys", "create", "--account", "a", "--data", data)).Status);
        const string Secret = "swk_live_abcdefgh_0123456789012345678901234567890123456789012_abcdef";
        var (status, output, error) = await Run("keys", "revoke", Secret, "--data", data);
        Assert.Equal((2, ""), (status, output));
        Assert.DoesNotContain("0123456789", error, StringComparison.Ordinal);
        var (_, list, _) = await Run("keys", "list", "--data", data);
        Assert.StartsWith("id\taccount\tmade\tstate\tfrom\n", list, StringComparison.Ordinal);
        Assert.StartsWith(
            "account\torganisation\ttier\tmade\tknown\n",
            (await Run("accounts", "list", "--data", data)).Output,
            StringComparison.Ordinal
        );
    }

    private static async Task<(int Status, string Output, string Error)> Run(params string[] arguments)
    {
        using var process = ProgramProcess.StartWithErrors(arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }
}
