using Stillwatch.Sketches;

namespace Stillwatch.Features;

/// <summary>
/// One prompt cut into words: the hash of each, in lower case, and what it is to a template. A buffer that one reader uses again and
/// again; not thread-safe. Text goes in, hashes come out; nothing of the text is kept.
/// </summary>
/// <remarks>At most <see cref="HeadBytes"/> from the front and <see cref="TailBytes"/> from the end are read, so that a book costs no more
/// than a page: templates live at the ends.</remarks>
internal sealed class PromptText
{
    /// <summary>Bytes read from the front of a prompt.</summary>
    public const int HeadBytes = 3072;

    /// <summary>Bytes read from its end.</summary>
    public const int TailBytes = 1024;

    /// <summary>The most words that one prompt can give.</summary>
    public const int MostWords = HeadBytes + TailBytes;

    private static readonly byte[] Classes = MakeClasses();

    private readonly ulong[] _hashes = new ulong[MostWords];
    private readonly WordKind[] _kinds = new WordKind[MostWords];
    private readonly byte[] _lengths = new byte[MostWords];
    private readonly int[] _letters = new int[(int)Script.Other + 1];
    private int _count;
    private bool _quoted,
        _lineStart,
        _sentenceStart;

    /// <summary>The hashes of the words, in order.</summary>
    public ReadOnlySpan<ulong> Hashes => _hashes.AsSpan(0, _count);

    /// <summary>What each word is.</summary>
    public ReadOnlySpan<WordKind> Kinds => _kinds.AsSpan(0, _count);

    /// <summary>The length of each word in bytes, saturating at 255.</summary>
    public ReadOnlySpan<byte> Lengths => _lengths.AsSpan(0, _count);

    /// <summary>The script that most letters are in.</summary>
    public Script Script
    {
        get
        {
            var best = 0;
            for (var i = 1; i < _letters.Length; i++)
            {
                best = _letters[i] > _letters[best] ? i : best;
            }

            // One kana in ten tells Japanese from Chinese, which never has any.
            return _letters[(int)Script.Kana] * 10 > _letters[(int)Script.Han] && _letters[(int)Script.Kana] > 0 && best == (int)Script.Han
                ? Script.Kana
                : (Script)best;
        }
    }

    /// <summary>Cuts <paramref name="text"/> (UTF-8) into words.</summary>
    public void Read(ReadOnlySpan<byte> text, ulong seed)
    {
        _count = 0;
        Array.Clear(_letters);
        _quoted = false;
        if (text.Length <= HeadBytes + TailBytes)
        {
            Part(text, seed);
            return;
        }

        Part(text[..CharacterBoundary(text, HeadBytes)], seed);
        _quoted = false;
        Part(text[CharacterBoundary(text, text.Length - TailBytes)..], seed);
    }

    private void Part(ReadOnlySpan<byte> text, ulong seed)
    {
        _lineStart = _sentenceStart = true;
        var at = 0;
        while (at < text.Length)
        {
            switch (Classes[text[at]])
            {
                case Letter or Digit:
                    at = Word(text, at, seed);
                    break;
                case Lead:
                    at = Wide(text, at, seed);
                    break;
                default:
                    Mark(text, at++);
                    break;
            }
        }
    }

    /// <summary>A run of letters and digits.</summary>
    private int Word(ReadOnlySpan<byte> text, int start, ulong seed)
    {
        var hash = seed;
        var digits = 0;
        var at = start;
        for (; at < text.Length; at++)
        {
            var b = text[at];
            var kind = Classes[b];
            if (kind == Digit)
            {
                digits++;
                hash = (hash ^ b) * 0x100000001B3;
            }
            else if (kind == Letter)
            {
                hash = (hash ^ (byte)(b | 0x20)) * 0x100000001B3;
            }
            else if (kind == Lead && !IsMark(text, at) && !IsCharacterScript(text, at, out var length))
            {
                // An accented letter or one of another alphabet inside the word.
                hash = Fold(hash, text, at, length);
                at += length - 1;
            }
            else
            {
                break;
            }
        }

        var what =
            digits > 0 ? WordKind.Number
            : char.IsAsciiLetterUpper((char)text[start]) && !_sentenceStart ? WordKind.Name
            : WordKind.Plain;
        _letters[(int)Script.Latin] += at - start - digits;
        Put(KeyedHash.Mix(hash), what, at - start);
        return at;
    }

    /// <summary>A character beyond ASCII: one word by itself in scripts without spaces, the start of a word in others.</summary>
    private int Wide(ReadOnlySpan<byte> text, int start, ulong seed)
    {
        if (IsMark(text, start))
        {
            _quoted = text[start + 1] == 0xAB || (text[start + 1] != 0xBB && _quoted); // « opens, » closes
            return start + 2;
        }

        var alone = IsCharacterScript(text, start, out var length);
        var point = CodePoint(text, start, length);
        if (point is >= 0x3000 and <= 0x303F or >= 0xFF00 and <= 0xFF0F or >= 0xFF1A and <= 0xFF20 or >= 0x2000 and <= 0x206F)
        {
            // Full-width and general punctuation.
            if (point is 0x3002 or 0xFF01 or 0xFF1F or 0xFF1A)
            {
                Stop(point == 0xFF1A);
            }
            else if (point is 0x201C or 0x300C or 0x300E or 0x300A)
            {
                _quoted = true;
            }
            else if (point is 0x201D or 0x300D or 0x300F or 0x300B)
            {
                _quoted = false;
            }

            return start + length;
        }

        if (alone)
        {
            _letters[(int)ScriptOf(point)] += 1;
            Put(KeyedHash.Mix(seed ^ (uint)point), WordKind.Character, length);
            return start + length;
        }

        var hash = seed;
        var at = start;
        while (at < text.Length && Classes[text[at]] is Lead or Letter or Digit && !IsMark(text, at))
        {
            if (Classes[text[at]] == Lead)
            {
                if (IsCharacterScript(text, at, out length))
                {
                    break;
                }

                _letters[(int)ScriptOf(CodePoint(text, at, length))] += 1;
            }
            else
            {
                length = 1;
            }

            hash = Fold(hash, text, at, length);
            at += length;
        }

        Put(KeyedHash.Mix(hash), WordKind.Plain, at - start);
        return Math.Max(at, start + 1);
    }

    /// <summary>Folds one character into a word's hash, capitals as small letters: Latin, Greek and Cyrillic ones.</summary>
    private static ulong Fold(ulong hash, ReadOnlySpan<byte> text, int at, int length)
    {
        if (length == 1)
        {
            var b = text[at];
            return (hash ^ (byte)(Classes[b] == Letter ? b | 0x20 : b)) * 0x100000001B3;
        }

        if (length == 2 && at + 1 < text.Length)
        {
            var point = CodePoint(text, at, 2);
            point = point switch
            {
                >= 0xC0 and <= 0xDE and not 0xD7 or >= 0x391 and <= 0x3A9 or >= 0x410 and <= 0x42F => point + 0x20,
                >= 0x400 and <= 0x40F => point + 0x50,
                >= 0x100 and <= 0x137 or >= 0x14A and <= 0x177 => point | 1,
                >= 0x139 and <= 0x148 or >= 0x179 and <= 0x17E => point + (point & 1),
                0x178 => 0xFF,
                _ => point,
            };
            return ((hash ^ (byte)(0xC0 | (int)point >> 6)) * 0x100000001B3 ^ (byte)(0x80 | (int)point & 0x3F)) * 0x100000001B3;
        }

        for (var i = 0; i < length && at + i < text.Length; i++)
        {
            hash = (hash ^ text[at + i]) * 0x100000001B3;
        }

        return hash;
    }

    private void Put(ulong hash, WordKind what, int length)
    {
        if (_count == MostWords)
        {
            return;
        }

        _hashes[_count] = hash;
        _lengths[_count] = (byte)Math.Min(255, length);
        _kinds[_count++] = what | (_lineStart ? WordKind.LineStart : 0) | (_quoted ? WordKind.Quoted : 0);
        _lineStart = _sentenceStart = false;
    }

    private void Mark(ReadOnlySpan<byte> text, int at)
    {
        switch ((char)text[at])
        {
            case '\n':
                _lineStart = _sentenceStart = true;
                _quoted = false;
                break;
            case '.' or '!' or '?':
                Stop(false);
                break;
            case ':':
                Stop(true);
                break;
            case '"' or '`':
                _quoted = !_quoted;
                break;
            case '[' or '{' or '<':
                _quoted = true;
                break;
            case ']' or '}' or '>':
                _quoted = false;
                break;
        }
    }

    private void Stop(bool label)
    {
        _sentenceStart = true;
        if (_count > 0)
        {
            _kinds[_count - 1] |= WordKind.Stop | (label ? WordKind.Label : 0);
        }
    }

    /// <summary>
    /// Whether a mark of Latin-1 stands there, such as a no-break space or a quotation mark: it parts words. ª, µ and º are letters.
    /// </summary>
    private static bool IsMark(ReadOnlySpan<byte> text, int at) =>
        text[at] == 0xC2 && at + 1 < text.Length && text[at + 1] is < 0xC0 and not (0xAA or 0xB5 or 0xBA);

    /// <summary>Whether the character is one of a script written without spaces; <paramref name="length"/> is its bytes.</summary>
    private static bool IsCharacterScript(ReadOnlySpan<byte> text, int at, out int length)
    {
        var lead = text[at];
        length =
            lead >= 0xF0 ? 4
            : lead >= 0xE0 ? 3
            : lead >= 0xC0 ? 2
            : 1;
        // E3 to E9 and EF: kana and Han; Hangul and everything below is written in words.
        return lead is >= 0xE3 and <= 0xE9 or 0xEF or >= 0xF0 || (lead == 0xE2 && CodePoint(text, at, 3) < 0x2070);
    }

    private static int CodePoint(ReadOnlySpan<byte> text, int at, int length)
    {
        if (at + length > text.Length)
        {
            return 0xFFFD;
        }

        return length switch
        {
            4 => ((text[at] & 7) << 18) | ((text[at + 1] & 0x3F) << 12) | ((text[at + 2] & 0x3F) << 6) | (text[at + 3] & 0x3F),
            3 => ((text[at] & 15) << 12) | ((text[at + 1] & 0x3F) << 6) | (text[at + 2] & 0x3F),
            2 => ((text[at] & 31) << 6) | (text[at + 1] & 0x3F),
            _ => 0xFFFD,
        };
    }

    private static Script ScriptOf(int point) =>
        point switch
        {
            < 0x250 => Script.Latin,
            >= 0x1E00 and < 0x1F00 => Script.Latin,
            >= 0x400 and < 0x530 => Script.Cyrillic,
            >= 0x600 and < 0x780 => Script.Arabic,
            >= 0x900 and < 0xE00 => Script.Indic,
            >= 0x3040 and < 0x3100 => Script.Kana,
            >= 0x3400 and < 0xA000 => Script.Han,
            >= 0xAC00 and < 0xD7B0 => Script.Hangul,
            _ => Script.Other,
        };

    private static int CharacterBoundary(ReadOnlySpan<byte> text, int at)
    {
        while (at > 0 && (text[at] & 0xC0) == 0x80)
        {
            at--;
        }

        return at;
    }

    private const byte Letter = 1,
        Digit = 2,
        Lead = 3;

    private static byte[] MakeClasses()
    {
        var classes = new byte[256];
        for (var i = 0; i < 256; i++)
        {
            classes[i] =
                char.IsAsciiLetter((char)i) ? Letter
                : char.IsAsciiDigit((char)i) ? Digit
                : i >= 0xC0 ? Lead
                : (byte)0;
        }

        classes['_'] = Letter;
        classes['\''] = Letter; // don't, l'eau: one word
        return classes;
    }
}
