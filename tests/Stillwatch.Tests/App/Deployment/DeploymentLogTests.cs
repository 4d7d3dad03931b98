using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.App.Configuration;
using Stillwatch.App.Deployment;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Vault;
using Stillwatch.Exchanges;
using Stillwatch.Logs;
using Stillwatch.Reports;
using Stillwatch.Tests.Engine.Journal;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.App.Deployment;

/// <summary>A data folder stands wherever a log can.</summary>
public sealed class DeploymentLogTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Read_WhenExchangesAreOnRecord_ThenEachIsALineHoweverLittleIsReadAtOnce(int atOnce)
    {
        await Write(25);
        using var log = new DeploymentLog(_folder.Path);
        using var text = new MemoryStream();
        var buffer = new byte[atOnce + 2];
        for (int read; (read = log.Read(buffer, 1, atOnce)) > 0; )
        {
            Assert.InRange(read, 1, atOnce);
            Assert.Equal((0, 0), (buffer[0], buffer[^1])); // nothing beside the stretch that was asked for
            text.Write(buffer, 1, read);
        }

        Assert.Equal(0, log.Read(buffer, 0, atOnce));
        var lines = Encoding.UTF8.GetString(text.ToArray()).Split('\n');
        Assert.Equal(26, lines.Length);
        Assert.Equal("", lines[^1]);
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"x{i:00}"), lines[..^1].Select(line => (string?)JsonNode.Parse(line)!["id"]));
        Assert.All(lines[..^1], line =>
            Assert.Equal(RejectionKind.None, ExchangeLineReader.Read(Encoding.UTF8.GetBytes(line), new ExchangeDraft()).Kind)
        );
    }

    [Fact]
    public async Task Read_WhenTheFolderIsReadAsALog_ThenItsExchangesAreThereAndNoTextIsLeftOnDisk()
    {
        await Write(3);
        var before = Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories);
        using var reader = new LogReader([_folder.Path], Stillwatch.Sketches.KeyedHash.ForScan);
        reader.Read();
        Assert.Equal(3, reader.Exchanges().Count());
        Assert.Empty(reader.Rejections.Told());
        var since = Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Except(before);
        Assert.All(since, file => Assert.DoesNotContain("secret words", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Is_WhenAFolderHasARecord_ThenItIsOneAndElseItSaysWhatItIs()
    {
        Assert.False(new DeploymentFolders().Is(_folder.Path));
        Assert.StartsWith(
            $"{_folder.Path} is no data folder of Stillwatch; ",
            Assert.Throws<UnusableInputException>(() => new DeploymentLog(_folder.Path)).Message,
            StringComparison.Ordinal
        );
        await Write(1);
        Assert.True(new DeploymentFolders().Is(_folder.Path));
    }

    private async Task Write(int count)
    {
        var folder = DataFolder.Make(_folder.Path);
        using var vault = new KeyVault(folder.Vault, folder.Master, durable: false);
        using var writer = new JournalWriter(Settings.Read(null, folder.Path, []).Journal, vault, SystemClock.Instance);
        for (var i = 0; i < count; i++)
        {
            Assert.True(await JournalFolder.Write(writer, $"x{i:00}"));
        }
    }
}
