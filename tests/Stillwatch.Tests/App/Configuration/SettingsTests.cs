using Stillwatch.App;
using Stillwatch.App.Configuration;
using Stillwatch.Tests.App.Logs;
using Xunit;

namespace Stillwatch.Tests.App.Configuration;

public sealed class SettingsTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gatewy:\n  port: 1\n", "c.yaml:1: gatewy is no field; did you mean 'gateway'?")]
    [InlineData("gateway:\n  port: eight\n", "c.yaml:2: gateway.port is 'eight' and must be a whole number")]
    [InlineData("gateway:\n  port: 70000\n", "gateway.port")]
    [InlineData("on_failure:\n  journal: ignore\n", "on_failure.journal is 'ignore' and must be one of: open-unless-flagged, open, closed")]
    [InlineData("upstreams:\n  - { url: 'ftp://x' }\n", "must be an http or https URL")]
    [InlineData("upstreams:\n  - { name: a, url: 'http://x' }\n  - { name: a, url: 'http://y' }\n", "two servers of the name 'a'")]
    [InlineData("upstreams:\n  - { url: 'http://x', api_key_env: STILLWATCH_NOT_SET_ANYWHERE }\n", "STILLWATCH_NOT_SET_ANYWHERE, which is not set")]
    [InlineData("gateway:\n  tls: { certificate: /nowhere.pem }\n", "/nowhere.pem, which is not there")]
    [InlineData("tiers:\n  free:\n    denied: [mind-reading]\n", "mind-reading")]
    [InlineData("gateway: [1, 2]\n", "gateway")]
    [InlineData("journal:\n  durability: maybe\n", "journal.durability")]
    [InlineData(": : :\n  - {", "c.yaml")]
    public void Read_WhenAFieldIsWrong_ThenItIsNamedWithItsPlaceAndNothingStarts(string text, string complaint)
    {
        var path = _folder.Write("c.yaml", text);
        var fault = Assert.Throws<UnusableInputException>(() => Settings.Read(path, _folder.Path, []));
        Assert.Contains(complaint, fault.Message, StringComparison.Ordinal);
        Assert.Contains("c.yaml", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenFileAndFlagsSayDifferent_ThenTheFlagCounts()
    {
        var path = _folder.Write("c.json", """{"gateway":{"port":1234,"timeouts":{"idle":7}}}""");
        var settings = Settings.Read(path, _folder.Path, [("gateway.port", "99")]);
        Assert.Equal((99, 7.0), (settings.Listen.Port, settings.Gateway.IdleSeconds));
    }
}
