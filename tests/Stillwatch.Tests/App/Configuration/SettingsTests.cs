using Stillwatch.App.Configuration;
using Stillwatch.Tests.Logs;
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
    [InlineData(
        "upstreams:\n  - { url: 'http://x', api_key_env: STILLWATCH_NOT_SET_ANYWHERE }\n",
        "STILLWATCH_NOT_SET_ANYWHERE, which is not set"
    )]
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
    public void Read_WhenSeveralFieldsAreWrong_ThenEachHasALineOfItsOwn()
    {
        var path = _folder.Write(
            "c.yaml",
            "gateway:\n  port: eight\n  timeouts: { idle: -1 }\nupstreams:\n  - { url: 'ftp://x' }\njournal:\n  durability: "
                + "maybe\nnonsense: 1\n"
        );
        var fault = Assert.Throws<UnusableInputException>(() => Settings.Read(path, _folder.Path, []));
        Assert.Equal(
            [
                "c.yaml:2: gateway.port",
                "c.yaml:3: gateway.timeouts.idle",
                "c.yaml:5: upstreams[0].url",
                "c.yaml:7: journal.durability",
                "c.yaml:8: nonsense",
            ],
            fault
                .Lines.Select(line => line[(line.IndexOf("c.yaml", StringComparison.Ordinal))..])
                .Select(line => string.Join(' ', line.Split(' ').Take(2)))
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Read_WhenAnIndentationHasATab_ThenTheLineWithTheTabIsNamed()
    {
        var path = _folder.Write("c.yaml", "gateway:\n  port: 1\njournal:\n\tdurability: durable\n  seal:\n    bytes: 1\n");
        var fault = Assert.Throws<UnusableInputException>(() => Settings.Read(path, _folder.Path, []));
        Assert.EndsWith("c.yaml:4: the line is indented with a tab: YAML takes spaces", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenAVariableOrAFlagIsWrong_ThenItAndNotTheFileIsBlamed()
    {
        var path = _folder.Write("c.yaml", "gateway:\n  port: 1\n");
        Environment.SetEnvironmentVariable("STILLWATCH__GATEWAY__TIMEOUTS__IDLE", "soon");
        Environment.SetEnvironmentVariable("STILLWATCH__GATEWAY__PROT", "1");
        try
        {
            var fault = Assert.Throws<UnusableInputException>(() => Settings.Read(path, _folder.Path, [("gateway.port", "99999")]));
            Assert.Contains(fault.Lines, line => line.StartsWith("--port: gateway.port is '99999'", StringComparison.Ordinal));
            Assert.Contains(fault.Lines, line =>
                line.StartsWith("STILLWATCH__GATEWAY__TIMEOUTS__IDLE: gateway.timeouts.idle is 'soon'", StringComparison.Ordinal)
            );
            Assert.Contains(fault.Lines, line =>
                line.StartsWith("STILLWATCH__GATEWAY__PROT: gateway.prot is no field; did you mean 'port'?", StringComparison.Ordinal)
            );
        }
        finally
        {
            Environment.SetEnvironmentVariable("STILLWATCH__GATEWAY__TIMEOUTS__IDLE", null);
            Environment.SetEnvironmentVariable("STILLWATCH__GATEWAY__PROT", null);
        }
    }

    [Theory]
    [InlineData("gateway: { port: 9000 }\nconsole: { port: 9000 }\n", true)]
    [InlineData("gateway: { port: 9000, address: 0.0.0.0 }\nconsole: { port: 9000 }\n", true)]
    [InlineData("gateway: { port: 9000, address: 127.0.0.2 }\nconsole: { port: 9000 }\n", false)]
    [InlineData("gateway: { port: 0 }\nconsole: { port: 0 }\n", false)]
    public void Read_WhenTwoPartsAreToListenOnOnePort_ThenItIsSaid(string text, bool wrong)
    {
        var path = _folder.Write("c.yaml", text);
        if (!wrong)
        {
            Settings.Read(path, _folder.Path, []);
            return;
        }

        Assert.Contains(
            "console.port is 9000, which is gateway.port too",
            Assert.Throws<UnusableInputException>(() => Settings.Read(path, _folder.Path, [])).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("http://x:1/v1", "http://x:1/")]
    [InlineData("http://x:1/v1/", "http://x:1/")]
    [InlineData("http://x:1/base/v1", "http://x:1/base")]
    [InlineData("http://x:1/base", "http://x:1/base")]
    [InlineData("http://x:1", "http://x:1/")]
    public void Read_WhenAnUpstreamIsGivenAsClientsGiveIt_ThenItsBaseIsTaken(string url, string taken) =>
        Assert.Equal(
            taken,
            Settings
                .Read(_folder.Write("c.yaml", $"upstreams: [ {{ url: '{url}' }} ]\n"), _folder.Path, [])
                .Gateway.Upstreams[0]
                .Url.ToString()
        );

    [Fact]
    public void Changed_WhenFieldsNeedARestart_ThenTheyAreNamedAndOthersAreNot()
    {
        var before = Settings.Read(_folder.Write("a.yaml", "gateway: { port: 1 }\n"), _folder.Path, []);
        var after = Settings.Read(
            _folder.Write(
                "b.yaml",
                "gateway: { port: 2, max_request_bytes: 50000000, timeouts: { idle: 3 } }\njournal: { durability: durable }\ntiers: { "
                    + "free: { denied: [tools] } }\n"
            ),
            _folder.Path,
            []
        );
        Assert.Equal(["gateway.port", "journal", "a higher gateway.max_request_bytes"], RestartFields.Changed(before, after));
        Assert.Empty(RestartFields.Changed(before, Settings.Read(_folder.Write("a.yaml", "gateway: { port: 1 }\n"), _folder.Path, [])));
    }

    [Fact]
    public void Read_WhenFileAndFlagsSayDifferent_ThenTheFlagCounts()
    {
        var path = _folder.Write("c.json", """{"gateway":{"port":1234,"timeouts":{"idle":7}}}""");
        var settings = Settings.Read(path, _folder.Path, [("gateway.port", "99")]);
        Assert.Equal((99, 7.0), (settings.Listen.Port, settings.Gateway.IdleSeconds));
    }
}
