namespace Stillwatch.Features;

/// <summary>
/// Tells what a client program put into a user's message, instruction files, reminders, the state of an editor, from what the person
/// wrote. Programs mark it by a tag of their own around it, or put it into a part of its own under a heading. What stands without a mark
/// within the person's text cannot be told apart.
/// </summary>
internal static class Preambles
{
    private const int LongestTag = 40;
    private const int LongestHeading = 200;
    private const int MostRounds = 64; // each looks through the text, so that crafted text costs no more

    /// <summary>Tags around what a program says, without marks between words and in lower case.</summary>
    private static readonly HashSet<string> Injected = new(StringComparer.Ordinal)
    {
        "systemreminder",
        "reminderinstructions",
        "userinstructions",
        "custominstructions",
        "projectinstructions",
        "systeminstructions",
        "repositoryinstructions",
        "userrules",
        "alwaysappliedworkspacerules",
        "environmentcontext",
        "environmentdetails",
        "environmentinfo",
        "workspaceinfo",
        "editorcontext",
        "additionaldata",
        "userinfo",
        "projectlayout",
        "openandrecentlyviewedfiles",
        "userpreferences",
        "userstyle",
        "claudemd",
        "agentsmd",
        "permissionsinstructions",
        "collaborationmode",
    };

    /// <summary>Tags around what the person says.</summary>
    private static readonly HashSet<string> Asked = new(StringComparer.Ordinal)
    {
        "userquery",
        "userrequest",
        "userprompt",
        "usermessage",
        "task",
    };

    private static readonly string[] Files =
    [
        "agents.md",
        "claude.md",
        "gemini.md",
        "copilot-instructions.md",
        "conventions.md",
        ".cursorrules",
        ".clinerules",
        ".windsurfrules",
    ];

    /// <summary>
    /// What the person wrote of <paramref name="text"/> (UTF-8, a message or a part of one): a stretch of it; empty where a program wrote
    /// all of it.
    /// </summary>
    public static ReadOnlySpan<byte> Without(ReadOnlySpan<byte> text)
    {
        var left = text.Trim(" \t\r\n"u8);
        if (left.IsEmpty || (left[0] != '<' && left[^1] != '>' && left[0] != '#'))
        {
            return text; // nearly every text
        }

        for (var (round, before) = (0, -1); round < MostRounds && before != left.Length && !left.IsEmpty; round++)
        {
            before = left.Length;
            left = WithoutFirst(WithoutLast(left));
        }

        return IsInstructionFile(left) ? []
            : left.Length == text.Trim(" \t\r\n"u8).Length ? text
            : left;
    }

    private static ReadOnlySpan<byte> WithoutFirst(ReadOnlySpan<byte> text)
    {
        if (text is not [(byte)'<', ..] || text[..Math.Min(text.Length, LongestTag)].IndexOf((byte)'>') is var end && end < 2)
        {
            return text;
        }

        var tag = text[1..end];
        tag = tag.IndexOf((byte)' ') is var space && space > 0 ? tag[..space] : tag;
        var name = Name(tag);
        var inside = text[(end + 1)..];
        var close = Closing(inside, tag);
        if (Injected.Contains(name))
        {
            return close < 0 ? text : inside[(close + tag.Length + 3)..].Trim(" \t\r\n"u8);
        }

        return Asked.Contains(name) && close >= 0 && inside[(close + tag.Length + 3)..].Trim(" \t\r\n"u8).IsEmpty
            ? inside[..close].Trim(" \t\r\n"u8) // where more follows, that was asked too
            : text;
    }

    private static ReadOnlySpan<byte> WithoutLast(ReadOnlySpan<byte> text)
    {
        if (text is not [.., (byte)'>'])
        {
            return text;
        }

        var start = text.LastIndexOf("</"u8);
        if (start < 0 || text.Length - start > LongestTag)
        {
            return text;
        }

        var tag = text[(start + 2)..^1];
        if (!Injected.Contains(Name(tag)))
        {
            return text;
        }

        for (var from = text[..start]; ; )
        {
            var open = from.LastIndexOf(tag);
            if (open < 1)
            {
                return text;
            }

            if (from[open - 1] == '<' && open + tag.Length < text.Length && text[open + tag.Length] is (byte)'>' or (byte)' ')
            {
                return text[..(open - 1)].Trim(" \t\r\n"u8);
            }

            from = from[..open];
        }
    }

    private static int Closing(ReadOnlySpan<byte> inside, ReadOnlySpan<byte> tag)
    {
        for (var from = 0; ; )
        {
            var at = inside[from..].IndexOf("</"u8);
            if (at < 0)
            {
                return -1;
            }

            from += at + 2;
            if (inside[from..].StartsWith(tag) && from + tag.Length < inside.Length && inside[from + tag.Length] == '>')
            {
                return from - 2;
            }
        }
    }

    private static string Name(ReadOnlySpan<byte> tag)
    {
        Span<char> name = stackalloc char[LongestTag];
        var length = 0;
        foreach (var letter in tag)
        {
            if (letter is (byte)'-' or (byte)'_' or (byte)'.')
            {
                continue;
            }

            if (!char.IsAsciiLetter((char)letter))
            {
                return "";
            }

            name[length++] = char.ToLowerInvariant((char)letter);
        }

        return new(name[..length]);
    }

    /// <summary>Whether a text is a file of instructions under its heading: <c># AGENTS.md instructions for …</c>.</summary>
    private static bool IsInstructionFile(ReadOnlySpan<byte> text)
    {
        if (text is not [(byte)'#', ..])
        {
            return false;
        }

        var line = text.IndexOf((byte)'\n') is var end && end >= 0 ? text[..end] : text;
        if (line.Length > LongestHeading)
        {
            return false;
        }

        var heading = System.Text.Encoding.UTF8.GetString(line);
        return Files.Any(file => heading.Contains(file, StringComparison.OrdinalIgnoreCase));
    }
}
