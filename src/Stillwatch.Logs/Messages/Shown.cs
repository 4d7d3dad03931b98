using System.Globalization;
using System.Text;

namespace Stillwatch.Logs.Messages;

/// <summary>
/// What customers wrote, for a terminal: characters that would steer it, turn text round or hide it are shown and not obeyed.
/// </summary>
internal static class Shown
{
    /// <summary><paramref name="text"/> on one line, without control and format characters.</summary>
    public static string Text(string text)
    {
        if (!text.EnumerateRunes().Any(Hidden))
        {
            return text;
        }

        var shown = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            shown.Append(Hidden(rune) ? $"[U+{rune.Value:X4}]" : rune.ToString());
        }

        return shown.ToString();
    }

    /// <summary>Whether <paramref name="rune"/> is nothing that a reader sees: an escape, a direction override, a zero width.</summary>
    public static bool Hidden(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
}
