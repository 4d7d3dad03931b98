using System.Text.Json;

namespace Stillwatch.Gateway.Surface;

/// <summary>What a field at the top level of a request is about. Several names may mean the same: model servers have their own.</summary>
internal enum RequestField
{
    /// <summary>Nothing that is judged or watched.</summary>
    None,

    /// <summary>The model.</summary>
    Model,

    /// <summary>Further models or adapters that the server may turn to.</summary>
    OtherModels,

    /// <summary>Whether a stream is asked for.</summary>
    Stream,

    /// <summary>The most tokens out.</summary>
    MostTokens,

    /// <summary>How many answers.</summary>
    Answers,

    /// <summary>The customer's own customer.</summary>
    User,

    /// <summary>Further facts, in the Messages API the customer's customer among them.</summary>
    Metadata,

    /// <summary>Log-probabilities, where 0 asks for none (in Completions it asks for the token's own).</summary>
    LogProbabilities,

    /// <summary>Log-probabilities, or what stands as close to them, whatever the value.</summary>
    PromptLogProbabilities,

    /// <summary>Lists what else an answer carries.</summary>
    Include,

    /// <summary>Tools.</summary>
    Tools,

    /// <summary>The format of the answer, plain text among others.</summary>
    Format,

    /// <summary>An object that has the format in it.</summary>
    FormatInside,

    /// <summary>A grammar, a schema or a choice that the answer has to keep to.</summary>
    Grammar,

    /// <summary>Media out, or input that is no text.</summary>
    Media,

    /// <summary>The prompts of Completions.</summary>
    Prompt,

    /// <summary>Text, with its speakers.</summary>
    Content,

    /// <summary>An object whose fields some servers take for the request's own.</summary>
    Inside,

    /// <summary>A response that the model server keeps, and that this one follows.</summary>
    Previous,

    /// <summary>A conversation that the model server keeps.</summary>
    Conversation,

    /// <summary>What the watch reads besides: no judgement hangs on it.</summary>
    Watched,
}

/// <summary>
/// The names of the fields that the gateway judges by or the watch reads, under every name that common servers take (OpenAI, Anthropic, vLLM, SGLang, llama.cpp, Ollama,
/// TGI; docs/gateway.md lists them). Whoever takes names without regard to case, as Go's <c>encoding/json</c> does, would read another request than whoever does not:
/// <see cref="Find"/> finds a name in any letters and says whether it is written as it should be.
/// </summary>
internal static class RequestFields
{
    private const int Longest = 32;

    private static readonly (RequestField Field, string[] Names)[] All =
    [
        (RequestField.Model, ["model"]),
        (RequestField.OtherModels, ["models", "fallbacks", "fallback_model", "fallback_models", "lora_path", "adapter_id", "lora"]),
        (RequestField.Stream, ["stream"]),
        (RequestField.MostTokens, ["max_tokens", "max_completion_tokens", "max_output_tokens", "max_new_tokens", "n_predict", "num_predict"]),
        (RequestField.Answers, ["n", "best_of", "num_return_sequences", "n_cmpl"]),
        (RequestField.User, ["user", "safety_identifier"]),
        (RequestField.Metadata, ["metadata"]),
        (RequestField.LogProbabilities, ["logprobs", "top_logprobs", "n_probs", "return_logprob", "top_logprobs_num", "top_n_tokens", "details", "response_logprobs"]),
        (RequestField.PromptLogProbabilities, ["prompt_logprobs", "token_ids_logprob", "decoder_input_details", "logprob_start_len", "return_hidden_states", "logprob_token_ids"]),
        (RequestField.Include, ["include"]),
        (RequestField.Tools, ["tools", "functions", "mcp_servers", "web_search_options", "plugins"]),
        (RequestField.Format, ["response_format", "format", "output_format"]),
        (RequestField.FormatInside, ["text", "output_config"]),
        (RequestField.Grammar, ["structured_outputs", "guided_json", "guided_regex", "guided_choice", "guided_grammar", "guided_decoding", "grammar", "json_schema", "regex", "ebnf", "structural_tag", "choice"]),
        (RequestField.Media, ["modalities", "audio", "images", "prompt_embeds", "image_data", "video_data", "audio_data"]),
        (RequestField.Prompt, ["prompt"]),
        (RequestField.Content, ["messages", "input", "system", "instructions"]),
        (RequestField.Inside, ["extra_body", "sampling_params", "nvext"]),
        (RequestField.Watched, ["temperature", "seed", "prompt_cache_key"]),
        (RequestField.Previous, ["previous_response_id"]),
        (RequestField.Conversation, ["conversation", "conversation_id"]),
    ];

    private static readonly (byte[] Name, RequestField Field, int Index)[][] ByLength = Sorted();

    /// <summary>Which field the name that <paramref name="reader"/> stands on is.</summary>
    /// <param name="reader">Stands on a name.</param>
    /// <param name="index">Which of the names, 0 to 127; two of one index in one object are one field twice.</param>
    /// <param name="exact">Whether it is written in the letters that it should have.</param>
    public static RequestField Find(ref Utf8JsonReader reader, out int index, out bool exact)
    {
        Span<byte> unescaped = stackalloc byte[Longest * 3];
        var name = Name(in reader, unescaped);
        if (name.Length < ByLength.Length)
        {
            foreach (var (known, field, number) in ByLength[name.Length])
            {
                if (name.SequenceEqual(known))
                {
                    (index, exact) = (number, true);
                    return field;
                }
            }
        }

        exact = false;
        index = -1;
        Span<byte> folded = stackalloc byte[Longest * 3];
        if (Fold(name, folded, out var length) && length < ByLength.Length)
        {
            foreach (var (known, field, number) in ByLength[length])
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

    /// <summary>The name that <paramref name="reader"/> stands on, without escapes; empty where it is longer than any that is known.</summary>
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
            return default;   // a lone surrogate: no name that is known has one
        }
    }

    /// <summary>
    /// The name in small letters, as Go's <c>encoding/json</c> compares names: besides A to Z it takes the long s (U+017F) and the Kelvin sign (U+212A) for their letters.
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

    private static (byte[] Name, RequestField Field, int Index)[][] Sorted()
    {
        var names = All.SelectMany(field => field.Names.Select(name => (Name: System.Text.Encoding.ASCII.GetBytes(name), field.Field))).Select((name, index) => (name.Name, name.Field, Index: index)).ToList();
        return [.. Enumerable.Range(0, Longest + 1).Select(length => names.Where(name => name.Name.Length == length).ToArray())];
    }
}
