using System.Text.Json;

namespace Stillwatch.Exchanges.Answers;

/// <summary>What an event of numbered content blocks says of its block.</summary>
/// <param name="Index">The block's number; -1 where it is about none.</param>
/// <param name="Starts">Whether the block begins with it.</param>
/// <param name="Stops">Whether the block ends with it.</param>
/// <param name="IsUnsignedThinking">Whether it begins a block of thinking that has no signature yet.</param>
internal readonly record struct BlockEvent(int Index, bool Starts, bool Stops, bool IsUnsignedThinking)
{
    /// <summary>Reads an event's data.</summary>
    public static BlockEvent Read(ReadOnlySpan<byte> data)
    {
        var (index, starts, stops, thinking, signed) = (-1, false, false, false, false);
        try
        {
            var reader = JsonText.Reader(data);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var (isType, isIndex, isBlock) = (reader.Is("type"u8), reader.Is("index"u8), reader.Is("content_block"u8));
                reader.Read();
                if (isType && reader.TokenType == JsonTokenType.String)
                {
                    (starts, stops) = (reader.Is("content_block_start"u8), reader.Is("content_block_stop"u8));
                }
                else if (isIndex && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number))
                {
                    index = number;
                }
                else if (isBlock && reader.TokenType == JsonTokenType.StartObject)
                {
                    (thinking, signed) = Block(ref reader);
                }

                reader.Skip();
            }
        }
        catch (JsonException)
        {
            return new(-1, Starts: false, Stops: false, IsUnsignedThinking: false);
        }

        return new(index, starts, stops, starts && thinking && !signed);
    }

    private static (bool IsThinking, bool IsSigned) Block(ref Utf8JsonReader reader)
    {
        var (thinking, signed) = (false, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isType, isSignature) = (reader.Is("type"u8), reader.Is("signature"u8));
            reader.Read();
            thinking |= isType && reader.TokenType == JsonTokenType.String && reader.Is("thinking"u8);
            signed |= isSignature && reader.TokenType == JsonTokenType.String && !reader.ValueSpan.IsEmpty;
            reader.Skip();
        }

        return (thinking, signed);
    }
}
