using System.Text.Json;
using Stillwatch.Exchanges;

namespace Stillwatch.App.Logs;

/// <summary>Tells a log's format by the field names of its first object.</summary>
internal static class FormatSniffer
{
    /// <summary>The format of <paramref name="lines"/>; the exchange log where nothing tells.</summary>
    public static LogFormat Of(ReadOnlySpan<byte> lines)
    {
        foreach (var range in lines.Split((byte)'\n'))
        {
            var line = lines[range].Trim(" \t\r"u8);
            if (line.Length > 0 && line[0] == '{')
            {
                return OfObject(line);
            }
        }

        return LogFormat.ExchangeLog;
    }

    private static LogFormat OfObject(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = 128 }));
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.Is("resourceSpans"u8) || reader.Is("resource_spans"u8))
                {
                    return LogFormat.Otlp;
                }

                if (reader.Is("request_id"u8) || reader.Is("call_type"u8) || reader.Is("startTime"u8))
                {
                    return LogFormat.LiteLlm;
                }

                if (reader.Is("account"u8) || reader.Is("request"u8))
                {
                    return LogFormat.ExchangeLog;
                }

                if (!reader.Read() || !reader.TrySkip())
                {
                    break;
                }
            }
        }
        catch (JsonException)
        {
            // A broken first line tells nothing; it is rejected by name when it is read.
        }

        return LogFormat.ExchangeLog;
    }
}
