using System.Buffers;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Formats;

namespace Stillwatch.App.Logs;

/// <summary>The exchange-log lines that one line of another format became. One a worker; overwritten by the next line.</summary>
internal sealed class Translation
{
    private readonly ArrayBufferWriter<byte> _text = new(64 * 1024);
    private readonly List<int> _ends = [];

    /// <summary>How many lines there are.</summary>
    public int Count => _ends.Count;

    /// <summary>Line number <paramref name="part"/>.</summary>
    public ReadOnlySpan<byte> this[int part] => _text.WrittenSpan[(part == 0 ? 0 : _ends[part - 1]).._ends[part]];

    /// <summary>Translates <paramref name="line"/>; what could be taken of it is taken even where a part is rejected.</summary>
    public Rejection Translate(ReadOnlySpan<byte> line, LogFormat format)
    {
        _text.ResetWrittenCount();
        _ends.Clear();
        return format == LogFormat.Otlp
            ? OtlpGenAiToExchange.Translate(line, _text, _ends)
            : LiteLlmToExchange.Translate(line, _text, _ends);
    }
}
