using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges.Dialects;

namespace Stillwatch.Exchanges.Requests;

/// <summary>
/// The names of the fields that the gateway judges by or the watch reads: those of the dialects, and those that common servers take besides
/// (vLLM, SGLang, llama.cpp, Ollama, TGI; docs/gateway.md lists them). Whoever takes names without regard to case, as Go's
/// <c>encoding/json</c> does, would read another request than whoever does not: <see cref="Find"/> finds a name in any letters and says
/// whether it is written as it should be.
/// </summary>
internal static class RequestFields
{
    private const int Longest = 32;

    /// <summary>What no dialect has and model servers take, in whatever dialect they are asked.</summary>
    private static readonly (RequestField Field, string[] Names)[] OfServers =
    [
        (RequestField.OtherModels, ["models", "fallbacks", "fallback_model", "fallback_models", "lora_path", "adapter_id", "lora"]),
        (RequestField.MostTokens, ["max_new_tokens", "n_predict", "num_predict"]),
        (RequestField.Answers, ["best_of", "num_return_sequences", "n_cmpl"]),
        (RequestField.LogProbabilities, ["n_probs", "return_logprob", "top_logprobs_num", "top_n_tokens", "details", "response_logprobs"]),
        (
            RequestField.PromptLogProbabilities,
            [
                "prompt_logprobs",
                "token_ids_logprob",
                "decoder_input_details",
                "logprob_start_len",
                "return_hidden_states",
                "logprob_token_ids",
            ]
        ),
        (RequestField.Tools, ["mcp_servers", "plugins"]),
        (RequestField.Format, ["format"]),
        (
            RequestField.Grammar,
            [
                "structured_outputs",
                "guided_json",
                "guided_regex",
                "guided_choice",
                "guided_grammar",
                "guided_decoding",
                "grammar",
                "json_schema",
                "regex",
                "ebnf",
                "structural_tag",
                "choice",
            ]
        ),
        (RequestField.Media, ["images", "prompt_embeds", "image_data", "video_data", "audio_data"]),
        (RequestField.Inside, ["extra_body", "sampling_params", "nvext", "google"]),
        (RequestField.Conversation, ["conversation_id"]),
        (RequestField.LogitBias, ["allowed_token_ids", "custom_logit_processor", "logits_processors"]),
        (RequestField.Seed, ["random_seed", "sampling_seed"]),
        (RequestField.ReasoningApart, ["separate_reasoning"]),
        (
            RequestField.ReasoningText,
            ["include_reasoning", "stream_reasoning", "reasoning_format", "reasoning_in_content", "reasoning_summary", "return_token_ids"]
        ),
    ];

    private static readonly (byte[] Name, byte[] Folded, RequestField Field, byte Index)[][] ByLength = Sorted();

    /// <summary>Which field the name that <paramref name="reader"/> stands on is.</summary>
    /// <param name="reader">Stands on a name.</param>
    /// <param name="index">Which of the names, 0 to 127; two of one index in one object are one field twice.</param>
    /// <param name="exact">Whether it is written in the letters that it should have.</param>
    public static RequestField Find(ref Utf8JsonReader reader, out byte index, out bool exact)
    {
        Span<byte> unescaped = stackalloc byte[Longest * 3];
        var name = Name(in reader, unescaped);
        if (name.Length < ByLength.Length)
        {
            foreach (var (known, _, field, number) in ByLength[name.Length])
            {
                if (name.SequenceEqual(known))
                {
                    (index, exact) = (number, true);
                    return field;
                }
            }
        }

        exact = false;
        index = byte.MaxValue;
        Span<byte> folded = stackalloc byte[Longest * 3];
        if (Fold(name, folded, out var length) && length < ByLength.Length)
        {
            foreach (var (_, known, field, number) in ByLength[length])
            {
                if (folded[..length].SequenceEqual(known))
                {
                    index = number;
                    return field;
                }
            }
        }

        return RequestField.None;
    }

    /// <summary>
    /// The name that <paramref name="reader"/> stands on, without escapes; empty where it is longer than any that is known.
    /// </summary>
    public static ReadOnlySpan<byte> Name(in Utf8JsonReader reader, Span<byte> room)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan;
        }

        if (reader.ValueSpan.Length > 6 * Longest)
        {
            return default;
        }

        try
        {
            Span<byte> whole = stackalloc byte[6 * Longest];
            var length = reader.CopyString(whole);
            if (length > room.Length)
            {
                return default;
            }

            whole[..length].CopyTo(room);
            return room[..length];
        }
        catch (InvalidOperationException)
        {
            return default; // a lone surrogate: no name that is known has one
        }
    }

    /// <summary>
    /// The name in small letters, as Go's <c>encoding/json</c> compares names: besides A to Z it takes the long s (U+017F) and the Kelvin
    /// sign (U+212A) for their letters.
    /// </summary>
    /// <returns>False where the name has other letters than those of known names: it is none of them.</returns>
    public static bool Fold(ReadOnlySpan<byte> name, Span<byte> to, out int length)
    {
        length = 0;
        for (var i = 0; i < name.Length; i++)
        {
            if (length == to.Length)
            {
                return false;
            }

            var b = name[i];
            if (b is >= (byte)'A' and <= (byte)'Z')
            {
                b |= 0x20;
            }
            else if (b >= 0x80)
            {
                if (name[i..].StartsWith("\u017F"u8))
                {
                    (b, i) = ((byte)'s', i + 1);
                }
                else if (name[i..].StartsWith("\u212A"u8))
                {
                    (b, i) = ((byte)'k', i + 2);
                }
                else
                {
                    return false;
                }
            }

            to[length++] = b;
        }

        return true;
    }

    private static (byte[] Name, byte[] Folded, RequestField Field, byte Index)[][] Sorted()
    {
        var names = WireFormat
            .Formats.SelectMany(format => format.Fields)
            .Concat(OfServers)
            .SelectMany(field => field.Names.Select(name => (Name: name, field.Field)))
            .DistinctBy(field => field.Name, StringComparer.Ordinal)
            .Select(
                (field, index) =>
                    (
                        Name: Encoding.ASCII.GetBytes(field.Name),
                        Folded: Encoding.ASCII.GetBytes(field.Name.ToLowerInvariant()),
                        field.Field,
                        Index: index <= sbyte.MaxValue ? (byte)index : throw new InvalidOperationException("a name has no bit left")
                    )
            )
            .ToList();
        return [.. Enumerable.Range(0, Longest + 1).Select(length => names.Where(name => name.Name.Length == length).ToArray())];
    }
}
