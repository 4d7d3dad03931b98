using System.Runtime.InteropServices;

namespace Stillwatch.Features;

/// <summary>
/// How a prompt is written, whatever it is about: with which words it begins, how it ends, how it is laid out. Eight bytes. The words are
/// hashes under the key, cut to sixteen bits; nothing of the text is kept.
/// </summary>
/// <param name="FirstWord">The first word's hash; 0 where there is none.</param>
/// <param name="SecondWord">The second word's; 0 where there is none.</param>
/// <param name="Ending">The last character that is no space: itself where it is an ASCII mark, <c>a</c> for a letter, <c>0</c> for a digit;
/// full-width marks as their ASCII likes; 0 where there is none.</param>
/// <param name="Lines">How many line breaks there are, saturating at 255.</param>
/// <param name="Marks">What else it shows.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct PromptForm(ushort FirstWord, ushort SecondWord, byte Ending, byte Lines, PromptMarks Marks)
{
    /// <summary>All of it as one number; 0 where there was no text.</summary>
    public ulong Fingerprint => (ulong)FirstWord | (ulong)SecondWord << 16 | (ulong)Ending << 32 | (ulong)Lines << 40 | (ulong)Marks << 48;

    /// <summary>The form of <paramref name="text"/> (UTF-8), which <paramref name="words"/> has read.</summary>
    internal static PromptForm Of(PromptText words, ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\r\n"u8);
        if (text.IsEmpty)
        {
            return default;
        }

        var hashes = words.Hashes;
        var lines = text.Count((byte)'\n');
        var marks =
            (text.Contains((byte)'?') || text.IndexOf("？"u8) >= 0 ? PromptMarks.Question : 0)
            | (text[0] is >= (byte)'A' and <= (byte)'Z' ? PromptMarks.Capital : 0)
            | (text.IndexOf("```"u8) >= 0 ? PromptMarks.CodeFence : 0)
            | (text.IndexOf("\n\n"u8) >= 0 ? PromptMarks.Paragraphs : 0);
        return new PromptForm(
            hashes.Length > 0 ? (ushort)(hashes[0] | 1) : (ushort)0,
            hashes.Length > 1 ? (ushort)(hashes[1] | 1) : (ushort)0,
            EndingOf(text),
            (byte)Math.Min(byte.MaxValue, lines),
            marks
        );
    }

    private static byte EndingOf(ReadOnlySpan<byte> text)
    {
        var last = text[^1];
        if (last < 0x80)
        {
            return char.IsAsciiLetter((char)last) ? (byte)'a'
                : char.IsAsciiDigit((char)last) ? (byte)'0'
                : last;
        }

        return text.EndsWith("。"u8) ? (byte)'.'
            : text.EndsWith("？"u8) ? (byte)'?'
            : text.EndsWith("！"u8) ? (byte)'!'
            : text.EndsWith("："u8) ? (byte)':'
            : (byte)'a';
    }
}
