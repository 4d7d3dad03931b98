using Stillwatch.Reports.Scan;
using Stillwatch.Tests.Reports.Scan;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Logs.Messages;

public sealed class ShownTests
{
    [Theory]
    [InlineData("plain é 水", "plain é 水")]
    [InlineData("\u001b]0;title\u0007\u001b[31mred\r\nforged", "[U+001B]]0;title[U+0007][U+001B][31mred[U+000D][U+000A]forged")]
    [InlineData("a\u202eb\u200b\u2028", "a[U+202E]b[U+200B][U+2028]")]
    public void Text_WhenItWouldSteerATerminal_ThenItIsShown(string text, string shown) => Assert.Equal(shown, Shown.Text(text));

    [Fact]
    public void Summary_WhenAnAccountsNameIsHostile_ThenNoControlCharacterReachesTheTerminal()
    {
        using var folder = new LogFolder();
        var (log, accounts, _) = new SmallWorld(seed: 2, campaign: true).WriteTo(folder.Path);
        foreach (var file in new[] { log, accounts })
        {
            File.WriteAllText(
                file,
                File.ReadAllText(file).Replace("\"hydra-01\"", "\"\\u001b[31mhydra\\u0007\"", StringComparison.Ordinal)
            );
        }

        using var text = new StringWriter { NewLine = "\n" };
        TerminalSummary.Write(ScanRun.Run([log], accounts), text);
        Assert.DoesNotContain(text.ToString(), letter => char.IsControl(letter) && letter != '\n');
    }
}
