using System.Buffers;

namespace Stillwatch.Exchanges.Answers;

/// <summary>
/// The lines of one event, taken apart so that it can be written anew: the data, and what else of it passes. Comments lose their text, for
/// anything may stand there; lines that no client reads are left out.
/// </summary>
internal sealed class SseBlock
{
    private const int LongestValue = 64;

    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"u8
    );

    private readonly ArrayBufferWriter<byte> _head = new(),
        _data = new();

    /// <summary>The data, lines joined with LF.</summary>
    public ReadOnlySpan<byte> Data => _data.WrittenSpan;

    /// <summary>Whether there is data.</summary>
    public bool HasData { get; private set; }

    /// <summary>Whether all lines may pass as they came, but for what the data says.</summary>
    public bool IsPlain { get; private set; }

    /// <summary>The lines besides the data, as they pass.</summary>
    public ReadOnlySpan<byte> Head => _head.WrittenSpan;

    /// <summary>Takes lines apart; the last need not be ended.</summary>
    public void Read(ReadOnlySpan<byte> lines)
    {
        _head.ResetWrittenCount();
        _data.ResetWrittenCount();
        (HasData, IsPlain) = (false, true);
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOfAny((byte)'\n', (byte)'\r');
            var line = end < 0 ? lines : lines[..end];
            lines =
                end < 0 ? default
                : lines[end..].StartsWith("\r\n"u8) ? lines[(end + 2)..]
                : lines[(end + 1)..];
            if (!line.IsEmpty)
            {
                Line(line);
            }
        }
    }

    /// <summary>Writes an event with this data in place of its own.</summary>
    public static void Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        output.Write(head);
        while (true)
        {
            var end = data.IndexOfAny((byte)'\n', (byte)'\r');
            output.Write("data: "u8);
            output.Write(end < 0 ? data : data[..end]);
            output.Write("\n"u8);
            if (end < 0)
            {
                break;
            }

            data = data[(end + 1)..];
        }

        output.Write("\n"u8);
    }

    private void Line(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        var name = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? default : line[(colon + 1)..];
        value = value.StartsWith(" "u8) ? value[1..] : value;
        if (name.SequenceEqual("data"u8))
        {
            if (HasData)
            {
                _data.Write("\n"u8);
            }

            _data.Write(value);
            HasData = true;
        }
        else if (name.IsEmpty)
        {
            _head.Write(":\n"u8);
            IsPlain &= value.IsEmpty;
        }
        else if (
            (name.SequenceEqual("event"u8) || name.SequenceEqual("id"u8) || name.SequenceEqual("retry"u8))
            && value.Length <= LongestValue
            && !value.ContainsAnyExcept(Plain)
        )
        {
            _head.Write(name);
            _head.Write(": "u8);
            _head.Write(value);
            _head.Write("\n"u8);
        }
        else
        {
            IsPlain = false;
        }
    }
}
