namespace Stillwatch.Logs;

/// <summary>
/// Tells files that are no log by their first bytes, so that one line says what they are in place of one for each line that they seem to
/// have.
/// </summary>
internal static class FileKind
{
    /// <summary>How many bytes tell.</summary>
    public const int Bytes = 4096;

    private const double MostControls = 0.02; // of a text's bytes: a tab or an escape here and there

    /// <summary>
    /// What the file that begins with <paramref name="start"/> (decompressed) is and what to do; null where it may be a log.
    /// </summary>
    public static string? Of(ReadOnlySpan<byte> start)
    {
        start = start[..Math.Min(start.Length, Bytes)];
        return start switch
        {
            [(byte)'P', (byte)'K', 3 or 5 or 7, 4 or 6 or 8, ..] => "a zip archive, which is not read: unpack it and name the folder",
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] =>
                "compressed by xz, which is not read: unpack it (xz -d), or pipe it (xz -dc FILE | … -)",
            [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..] =>
                "compressed by bzip2, which is not read: unpack it (bzip2 -d), or pipe it (bzip2 -dc FILE | … -)",
            [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => "a 7-Zip archive, which is not read: unpack it and name the folder",
            [(byte)'R', (byte)'a', (byte)'r', (byte)'!', ..] => "a RAR archive, which is not read: unpack it and name the folder",
            [(byte)'<', (byte)'!' or (byte)'?' or (byte)'h' or (byte)'H', ..] => "HTML or XML, which is not read",
            [(byte)'P', (byte)'A', (byte)'R', (byte)'1', ..] =>
                "a Parquet file, which is not read: write its rows as JSON, one a line (duckdb: COPY (FROM 'FILE') TO 'log.jsonl')",
            [(byte)'O', (byte)'b', (byte)'j', 1, ..] => "an Avro file, which is not read: write its records as JSON, one a line",
            [(byte)'O', (byte)'R', (byte)'C', ..] => "an ORC file, which is not read: write its rows as JSON, one a line",
            [(byte)'S', (byte)'Q', (byte)'L', (byte)'i', (byte)'t', (byte)'e', ..] =>
                "an SQLite database, which is not read: write its rows as JSON, one a line",
            [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] => "text in UTF-32: convert it (iconv -f UTF-32 -t UTF-8)",
            [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [(byte)'{' or (byte)'[', 0, ..] or [0, (byte)'{' or (byte)'[', 0, ..] =>
                "text in UTF-16: convert it (iconv -f UTF-16 -t UTF-8)",
            [0x04, 0x22, 0x4D, 0x18, ..] => "compressed by LZ4, which is not read: unpack it (lz4 -d)",
            _ when start.Length > 262 && start[257..262].SequenceEqual("ustar"u8) =>
                "a tar archive, which is not read: unpack it and name the folder",
            _ => Binary(start),
        };
    }

    private static string? Binary(ReadOnlySpan<byte> start)
    {
        var text = start.TrimStart((byte)0); // what a file has whose beginning was cut off under its writer
        if (text.Length == 0 || text.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..])
        {
            return null;
        }

        var controls = 0;
        foreach (var letter in text)
        {
            controls += letter < 0x20 && letter is not ((byte)'\t' or (byte)'\n' or (byte)'\r') ? 1 : 0;
        }

        return controls <= text.Length * MostControls ? null
            : text.IndexOf("gen_ai."u8) >= 0 || text.IndexOf("service.name"u8) >= 0
                ? "OTLP as protobuf, which is not read: have the exporter write JSON (the collector's file exporter: format: json)"
            : "no text: a binary file, which is not read";
    }
}
