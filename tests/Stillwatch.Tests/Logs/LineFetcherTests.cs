using System.Text;
using Stillwatch.Logs;
using Xunit;

namespace Stillwatch.Tests.Logs;

public sealed class LineFetcherTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fetch_WhenLinesLieInManyBlocks_ThenEveryOneIsFound()
    {
        // Some three megabytes: lines at the beginnings and ends of blocks are among them.
        var lines = Enumerable.Range(1, 12_000).Select(i => $"{{\"line\":{i},\"filler\":\"{new string('x', i % 400)}\"}}").ToArray();
        var path = _folder.Write("many.jsonl", string.Join('\n', lines));
        var fetched = LineFetcher.Fetch([new LogSource("p", path)], Enumerable.Range(1, lines.Length).Select(i => (0, (long)i)));
        Assert.Equal(lines.Length, fetched.Count);
        for (var i = 1; i <= lines.Length; i++)
        {
            Assert.Equal(lines[i - 1], Encoding.UTF8.GetString(fetched[(0, i)]));
        }
    }
}
