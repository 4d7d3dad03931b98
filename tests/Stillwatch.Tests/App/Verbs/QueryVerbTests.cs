using Stillwatch.App.Configuration;
using Stillwatch.Engine.Lake;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.App.Verbs;

/// <summary>A query may come from somebody else: it reads the record and nothing besides.</summary>
public sealed class QueryVerbTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("select * from read_csv('FILE', header = false)")]
    [InlineData("copy (select 1 a) to 'FILE.csv'")]
    [InlineData("select * from read_csv('http://127.0.0.1:9/x.csv')")]
    [InlineData("attach 'FILE.db'")]
    [InlineData("set enable_external_access = true")]
    [InlineData("install httpfs")]
    [InlineData("load httpfs")]
    [InlineData("")]
    [InlineData("  ")]
    public void Query_WhenItWantsMoreThanTheRecord_ThenItIsRefused(string sql)
    {
        var data = DataFolder.Make(Path.Combine(_folder.Path, "data")).Path;
        Directory.CreateDirectory(Path.Combine(data, "journal"));
        var file = _folder.Write("secret", "secret\n");
        var (status, output, error) = VerbTests.Run("query", sql.Replace("FILE", file, StringComparison.Ordinal), "--data", data);
        Assert.NotEqual(0, status);
        Assert.DoesNotContain("secret\"", output, StringComparison.Ordinal);
        Assert.DoesNotContain("a fault of this program", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.False(File.Exists(file + ".csv") || File.Exists(file + ".db"));
    }

    [Theory]
    [InlineData("select 'inf'::double as x", "{\"x\":\"Infinity\"}")]
    [InlineData("select 1 as x", "{\"x\":1}")]
    [InlineData("select count(*) as n from exchanges", "{\"n\":0}")]
    public void Query_WhenItAsksTheRecord_ThenEachRowIsAnObject(string sql, string expected)
    {
        var data = DataFolder.Make(Path.Combine(_folder.Path, "data")).Path;
        Directory.CreateDirectory(Path.Combine(data, "journal"));
        Assert.Equal(
            (0, expected),
            (VerbTests.Run("query", sql, "--data", data) is var (status, output, _) ? (status, output.Trim()) : default)
        );
    }

    /// <summary>The files of the lake themselves are read.</summary>
    [Fact]
    public async Task Query_WhenTheRecordIsSealed_ThenItIsReadAllTheSame()
    {
        using var folder = new Engine.Journal.JournalFolder();
        var writer = folder.Writer();
        await Engine.Journal.JournalFolder.Write(writer, "one");
        writer.Dispose();
        var lake = new ExchangeLake(System.IO.Path.Combine(folder.Path, "lake"), folder.Options, folder.Vault);
        Assert.Equal(1, lake.Seal(int.MaxValue, long.MaxValue));
        using var connection = lake.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "select request from exchanges";
        Assert.Contains("secret words", (string?)command.ExecuteScalar(), StringComparison.Ordinal);
    }
}
