using System.Buffers;
using System.Text.Json;

namespace Stillwatch.Logs;

/// <summary>
/// Cuts a JSON document into the objects of its list, or into its objects where they follow each other, without a line's end meaning
/// anything: the form of what consoles and interfaces give. Goes through bytes of any number in any pieces.
/// </summary>
internal sealed class DocumentCutter
{
    private static readonly SearchValues<byte> Outside = SearchValues.Create("\"{}"u8);
    private static readonly SearchValues<byte> Inside = SearchValues.Create("\"\\"u8);

    private int _depth;
    private bool _inString,
        _escaped;

    /// <summary>
    /// Whether a file that begins with <paramref name="start"/> is a document and no lines of objects: its first line breaks off, and what
    /// follows goes on with it.
    /// </summary>
    /// <param name="start">The first bytes, as many as fit a block.</param>
    /// <param name="isAll">Whether that is the whole file.</param>
    public static bool IsDocument(ReadOnlySpan<byte> start, bool isAll)
    {
        start = start.TrimStart(" \t\r\n\0"u8);
        if (start.Length == 0 || start[0] is not ((byte)'[' or (byte)'{'))
        {
            return false;
        }

        var isList = start[0] == '[';
        var first = start.TrimStart(" \t\r\n,[]"u8);
        var end = first.IndexOf((byte)'\n');
        return (end >= 0 || isAll || isList) && !AreObjects(end < 0 ? first : first[..end].TrimEnd(" \t\r,[]"u8)) && IsJson(start, isAll);
    }

    /// <summary>Goes through <paramref name="bytes"/> up to the end of the next object at the outermost level.</summary>
    /// <returns>How many bytes that is; -1 where the object goes on behind them.</returns>
    public int Next(ReadOnlySpan<byte> bytes)
    {
        var at = _escaped && bytes.Length > 0 ? 1 : 0;
        _escaped &= bytes.Length == 0;
        while (true)
        {
            var step = bytes[at..].IndexOfAny(_inString ? Inside : Outside);
            if (step < 0)
            {
                return -1;
            }

            at += step + 1;
            switch (bytes[at - 1])
            {
                case (byte)'\\':
                    if (at == bytes.Length)
                    {
                        _escaped = true;
                        return -1;
                    }

                    at++;
                    break;
                case (byte)'"':
                    _inString = !_inString;
                    break;
                case (byte)'{':
                    _depth++;
                    break;
                default:
                    _depth = Math.Max(0, _depth - 1);
                    if (_depth == 0)
                    {
                        return at;
                    }

                    break;
            }
        }
    }

    private static bool AreObjects(ReadOnlySpan<byte> line)
    {
        var cutter = new DocumentCutter();
        while (line.Length > 0)
        {
            var end = cutter.Next(line);
            if (end < 0)
            {
                return false;
            }

            line = line[end..].TrimStart(" \t\r,[]"u8);
        }

        return true;
    }

    /// <summary>Whether <paramref name="start"/> begins a valid document: up to its end, or up to the end of its first value.</summary>
    private static bool IsJson(ReadOnlySpan<byte> start, bool isAll)
    {
        try
        {
            var reader = new Utf8JsonReader(
                start,
                isFinalBlock: false,
                new JsonReaderState(
                    new JsonReaderOptions { MaxDepth = Stillwatch.Exchanges.ExchangeLineReader.MostDepth, AllowTrailingCommas = true }
                )
            );
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    return true;
                }
            }

            return !isAll;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
