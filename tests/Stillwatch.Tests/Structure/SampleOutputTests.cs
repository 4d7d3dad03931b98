using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Stillwatch.Tests.Structure;

/// <summary>
/// What the pages show as the output of a command is what the command says. A block is marked by a comment in front of it, <c>made by:
/// ./stillwatch …</c>; with STILLWATCH_WRITE_SAMPLES=1 the blocks are written anew.
/// </summary>
public sealed partial class SampleOutputTests
{
    public static TheoryData<string, string> Samples()
    {
        var samples = new TheoryData<string, string>();
        foreach (
            var page in Directory
                .EnumerateFiles(Tree.Root, "*.md")
                .Concat(Directory.EnumerateFiles(Path.Combine(Tree.Root, "docs"), "*.md", SearchOption.AllDirectories))
                .Order(StringComparer.Ordinal)
        )
        {
            foreach (Match block in Block().Matches(File.ReadAllText(page)))
            {
                samples.Add(Path.GetRelativePath(Tree.Root, page), block.Groups["command"].Value);
            }
        }

        return samples;
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Block_WhenItsCommandIsRun_ThenItIsWhatThatSays(string page, string command)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            WorkingDirectory = Tree.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in command.Split(' ').Prepend(Path.Combine(AppContext.BaseDirectory, "Stillwatch.App.dll")))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = string.Join(
            '\n',
            (await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken))
                .TrimEnd()
                .Split('\n')
                .Select(line => line.TrimEnd())
        );
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        var path = Path.Combine(Tree.Root, page);
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var block = Block().Matches(text).Single(one => one.Groups["command"].Value == command).Groups["output"];
        if (Environment.GetEnvironmentVariable("STILLWATCH_WRITE_SAMPLES") == "1")
        {
            await File.WriteAllTextAsync(
                path,
                text[..block.Index] + said + "\n" + text[(block.Index + block.Length)..],
                TestContext.Current.CancellationToken
            );
            return;
        }

        Assert.Equal(said, block.Value.TrimEnd());
    }

    [GeneratedRegex(
        @"<!-- made by: \./stillwatch (?<command>[^\n]+?) -->\n+```[a-z]*\n(?<output>.*?)```",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5_000
    )]
    private static partial Regex Block();
}
