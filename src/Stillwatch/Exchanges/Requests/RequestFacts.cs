using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges.Dialects;

namespace Stillwatch.Exchanges.Requests;

/// <summary>
/// What the gateway needs to know of a request's body. A body that two servers could read differently is named (<see cref="Unclear"/>):
/// client, gateway, watch and model server must mean the same request.
/// </summary>
internal struct RequestFacts
{
    /// <summary>The deepest nesting that is read, the same as the watch's.</summary>
    public const int MostDepth = 126;

    /// <summary>What <see cref="MaxTokens"/> is where the request asks for an answer without bound.</summary>
    public const long Unbounded = long.MaxValue;

    /// <summary>Whether the body is one JSON object in valid UTF-8.</summary>
    public bool IsObject;

    /// <summary>The model; null where it names none.</summary>
    public string? Model;

    /// <summary>The field that names further models; null where none does.</summary>
    public string? OtherModels;

    /// <summary>The customer's own customer.</summary>
    public string? EndUser;

    /// <summary>The response that it follows, as the model server keeps it; null where it follows none.</summary>
    public string? Previous;

    /// <summary>Whether it goes on with a conversation that the model server keeps.</summary>
    public bool InConversation;

    /// <summary>Whether it names an item that the server keeps, in place of one: whose, cannot be told.</summary>
    public bool RefersToItems;

    /// <summary>Whether a stream is asked for.</summary>
    public bool Stream;

    /// <summary>The most tokens out that it asks for, the largest that any field says; -1 where none says.</summary>
    public long MaxTokens;

    /// <summary>How many answers it asks for: to each prompt, 1 or more.</summary>
    public long Count;

    /// <summary>How many prompts it has, 1 or more.</summary>
    public long Prompts;

    /// <summary>What it asks a model to hand out.</summary>
    public Capability Asked;

    /// <summary>The field that two servers could read differently; null where there is none.</summary>
    public string? Unclear;

    /// <summary>A field that should be a whole number and is none; null where there is none.</summary>
    public string? NoNumber;

    private UInt128 _seen;

    /// <summary>Of a request that asks for nothing in particular.</summary>
    public static RequestFacts None =>
        new()
        {
            MaxTokens = -1,
            Count = 1,
            Prompts = 1,
        };

    /// <summary>Takes what the path says: it counts, and a body that says otherwise is not clear.</summary>
    /// <param name="model">The model.</param>
    /// <param name="streams">Whether a stream is asked for.</param>
    public void TakePath(string model, bool streams)
    {
        Unclear ??= Model != null && Model != model && Model != "models/" + model ? "model" : null;
        Model = model;
        Stream |= streams;
        Set(Capability.Streaming, streams);
    }

    /// <summary>Judges a field at the top level of a request.</summary>
    /// <param name="field">What it is about.</param>
    /// <param name="index">Its index among the names.</param>
    /// <param name="exact">Whether it is written in the letters that it should have.</param>
    /// <param name="name">Stands on its name.</param>
    /// <param name="value">Stands on its value.</param>
    /// <param name="format">The API.</param>
    public void Judge(RequestField field, byte index, bool exact, ref Utf8JsonReader name, Utf8JsonReader value, WireFormat format)
    {
        if (field == RequestField.None)
        {
            return;
        }

        var bit = UInt128.One << index;
        Unclear ??= exact && (_seen & bit) == 0 ? null : Text(ref name);
        _seen |= bit;
        if (field is RequestField.Inside or RequestField.Settings && value.TokenType == JsonTokenType.StartObject)
        {
            Inside(ref value, format);
            return;
        }

        Take(field, ref name, ref value, format);
        const Capability EchoOfLogProbabilities = Capability.Echo | Capability.LogProbabilities;
        Set(Capability.PromptLogProbabilities, (Asked & EchoOfLogProbabilities) == EchoOfLogProbabilities);
    }

    /// <summary>Fields in an object that some servers take for the request's own: whichever counts, both are judged.</summary>
    private void Inside(ref Utf8JsonReader reader, WireFormat format)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = RequestFields.Find(ref reader, out _, out _);
            var name = reader;
            reader.Read();
            if (field != RequestField.None)
            {
                Take(field == RequestField.Model ? RequestField.OtherModels : field, ref name, ref reader, format);
            }

            reader.Skip();
        }
    }

    private void Take(RequestField field, ref Utf8JsonReader name, ref Utf8JsonReader reader, WireFormat format)
    {
        switch (field)
        {
            case RequestField.Model when reader.TokenType == JsonTokenType.String:
                Model = reader.ValueIsEscaped ? Text(ref reader) : FewStrings.Of(reader.ValueSpan);
                break;
            case RequestField.OtherModels when reader.TokenType != JsonTokenType.Null:
                OtherModels = Text(ref name);
                break;
            case RequestField.Stream:
                Stream |= Asks(ref reader, zero: false);
                Set(Capability.Streaming, Stream);
                break;
            case RequestField.MostTokens when reader.TokenType != JsonTokenType.Null:
                MostTokens(ref name, ref reader);
                break;
            case RequestField.Answers when reader.TokenType != JsonTokenType.Null:
                NoNumber = JsonWhole.TryRead(ref reader, out var count) && count >= 0 ? NoNumber : Text(ref name);
                Count = Math.Max(Count, count);
                Set(Capability.SeveralAnswers, Count > 1);
                break;
            case RequestField.Previous when reader.TokenType != JsonTokenType.Null:
                var previous = reader.TokenType == JsonTokenType.String ? Text(ref reader) : "";
                // which of the two a server follows cannot be told
                Unclear ??= Previous != null && Previous != previous ? Text(ref name) : null;
                Previous = previous;
                break;
            case RequestField.Conversation:
                InConversation |= reader.TokenType != JsonTokenType.Null;
                break;
            case RequestField.User when reader.TokenType == JsonTokenType.String:
                EndUser ??= Text(ref reader);
                break;
            case RequestField.Metadata when reader.TokenType == JsonTokenType.StartObject:
                Metadata(reader);
                break;
            case RequestField.LogProbabilities:
                Set(Capability.LogProbabilities, Asks(ref reader, zero: format.ZeroAsksLogProbabilities));
                break;
            case RequestField.PromptLogProbabilities:
                Set(Capability.LogProbabilities | Capability.PromptLogProbabilities, Asks(ref reader, zero: true));
                break;
            case RequestField.LogitBias:
                Set(Capability.LogitBias, Asks(ref reader, zero: true) && !IsEmpty(reader));
                break;
            case RequestField.Seed:
                Set(Capability.Seed, Asks(ref reader, zero: true));
                break;
            case RequestField.Echo:
                Set(Capability.Echo, Asks(ref reader, zero: false));
                break;
            case RequestField.Include:
                Set(Capability.LogProbabilities, Has(reader, static text => text.Contains("logprob", StringComparison.OrdinalIgnoreCase)));
                break;
            case RequestField.Tools:
                Set(Capability.Tools, Asks(ref reader, zero: false) && !IsEmpty(reader));
                break;
            case RequestField.Format:
                Set(Capability.StructuredOutput, IsStructured(reader));
                break;
            case RequestField.FormatInside when reader.TokenType == JsonTokenType.StartObject:
                FormatInside(reader);
                break;
            case RequestField.Grammar:
                Set(Capability.StructuredOutput, Asks(ref reader, zero: false) && !IsEmpty(reader));
                break;
            case RequestField.Media when reader.TokenType == JsonTokenType.StartArray:
                Set(
                    Capability.NonText,
                    Has(reader, static text => !text.Equals("text", StringComparison.OrdinalIgnoreCase)) || HasNoText(reader)
                );
                break;
            case RequestField.Media:
                Set(Capability.NonText, Asks(ref reader, zero: false));
                break;
            case RequestField.Prompt or RequestField.Content or RequestField.SystemContent:
                Prompt(field, reader, format);
                var unclear = ContentScan.Look(ref reader, ref Asked, ref RefersToItems);
                Unclear ??= unclear;
                break;
        }
    }

    private void MostTokens(ref Utf8JsonReader name, ref Utf8JsonReader reader)
    {
        if (!JsonWhole.TryRead(ref reader, out var most))
        {
            NoNumber = Text(ref name);
            return;
        }

        // Below zero some servers write without bound; 0 is taken for nothing said.
        MaxTokens =
            most < 0 ? Unbounded
            : most == 0 ? MaxTokens
            : Math.Max(MaxTokens, most);
    }

    /// <summary>Several prompts are answered each by itself; a list of numbers is one prompt, in tokens.</summary>
    private void Prompt(RequestField field, Utf8JsonReader reader, WireFormat format)
    {
        if (field != RequestField.Prompt || reader.TokenType != JsonTokenType.StartArray || !format.AnswersEachPrompt)
        {
            return;
        }

        var (depth, prompts, numbers) = (reader.CurrentDepth, 0L, true);
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            numbers &= reader.TokenType == JsonTokenType.Number;
            prompts++;
            reader.Skip();
        }

        Prompts = Math.Max(Prompts, numbers ? 1 : prompts); // a second list, wherever it stands, takes nothing away
        Set(Capability.SeveralAnswers, Prompts > 1);
    }

    private void FormatInside(Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isFormat = RequestFields.Find(ref reader, out _, out var exact) == RequestField.Format;
            Unclear ??= isFormat && !exact ? Text(ref reader) : null;
            reader.Read();
            Set(Capability.StructuredOutput, isFormat && IsStructured(reader));
            reader.Skip();
        }
    }

    /// <summary>Whether a format is anything but plain text.</summary>
    private static bool IsStructured(Utf8JsonReader format)
    {
        if (format.TokenType != JsonTokenType.StartObject)
        {
            return Asks(ref format, zero: false)
                && !(format.TokenType == JsonTokenType.String && (format.Is("text"u8) || format.Is("text/plain"u8) || format.Is(""u8)));
        }

        var (any, other) = (false, false);
        Span<byte> room = stackalloc byte[96];
        Span<byte> folded = stackalloc byte[8];
        while (format.Read() && format.TokenType == JsonTokenType.PropertyName)
        {
            var isType =
                RequestFields.Fold(RequestFields.Name(in format, room), folded, out var length) && folded[..length].SequenceEqual("type"u8);
            format.Read();
            any = true;
            other |= !isType || !(format.TokenType == JsonTokenType.String && format.Is("text"u8));
            format.Skip();
        }

        return any && other;
    }

    /// <summary>The Messages API names its end users in here.</summary>
    private void Metadata(Utf8JsonReader metadata)
    {
        while (metadata.Read() && metadata.TokenType == JsonTokenType.PropertyName)
        {
            var user = metadata.Is("user_id"u8);
            metadata.Read();
            if (user && metadata.TokenType == JsonTokenType.String)
            {
                EndUser ??= Text(ref metadata);
            }

            metadata.Skip();
        }
    }

    /// <summary>
    /// Whether a value asks for what its field is about: anything but null, and unless <paramref name="zero"/> asks, 0 and false. Lax
    /// servers take "true", "1" and 1.0 for true, and where they want a number false for 0.
    /// </summary>
    private static bool Asks(ref Utf8JsonReader reader, bool zero) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => false,
            JsonTokenType.False => zero,
            JsonTokenType.Number => zero || !reader.TryGetDouble(out var number) || number != 0,
            _ => true,
        };

    private static bool IsEmpty(Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject
            && reader.Read()
            && reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject
        || reader.TokenType == JsonTokenType.String && reader.ValueSpan.IsEmpty;

    /// <summary>Whether a text of a list, or the text itself, <paramref name="is"/> such a one.</summary>
    private static bool Has(Utf8JsonReader reader, Func<string, bool> @is)
    {
        var depth = reader.CurrentDepth;
        do
        {
            if (reader.TokenType == JsonTokenType.String && @is(Text(ref reader)))
            {
                return true;
            }
        } while (reader.Read() && reader.CurrentDepth > depth);
        return false;
    }

    private static bool HasNoText(Utf8JsonReader list)
    {
        var depth = list.CurrentDepth;
        while (list.Read() && list.CurrentDepth > depth)
        {
            if (list.TokenType is not JsonTokenType.String)
            {
                return true;
            }
        }

        return false;
    }

    private void Set(Capability capability, bool on) => Asked |= on ? capability : 0;

    private static string Text(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }

        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan); // a lone surrogate: the escape as it is written
        }
    }
}
