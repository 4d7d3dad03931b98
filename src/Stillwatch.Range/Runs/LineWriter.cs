using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Stillwatch.Exchanges;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Runs;

/// <summary>Writes letters as lines of an exchange log, version 1. One a worker.</summary>
internal sealed class LineWriter : IDisposable
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly Utf8JsonWriter _json = new(Stream.Null, Options);
    private readonly Dictionary<string, string[]> _fields = ClientProgram
        .All.Select(program => program.Fields)
        .Distinct(StringComparer.Ordinal)
        .ToDictionary(fields => fields, fields => fields.Split(' '), StringComparer.Ordinal);

    /// <summary>Tokens of a letter's request, as its usage says.</summary>
    public static int InputTokens(Letter letter) => TokenEstimate.Of(letter.Text.Length) + 3 * letter.Messages.Count;

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();

    /// <summary>Writes a line, with its end.</summary>
    /// <param name="account">Whose letter it is.</param>
    /// <param name="act">When it is sent.</param>
    /// <param name="id">Its id.</param>
    /// <param name="letter">What it says.</param>
    /// <param name="answered">Whether the answer is written; its usage always is.</param>
    /// <param name="into">Receives the line.</param>
    public void Write(Account account, in Act act, ulong id, Letter letter, bool answered, IBufferWriter<byte> into)
    {
        var program = ClientProgram.All[letter.Program];
        var (input, output) = (InputTokens(letter), letter.OutputTokens);
        letter.Chance.Begin(id);
        var origin = Networks.Origin(
            letter.Place,
            letter.Place is Place.Office or Place.Campus or Place.Pool ? account.Group : account.Seed,
            account.Country,
            act.Micros,
            letter.Chance
        );
        _json.Reset(into);
        _json.WriteStartObject();
        _json.WriteString("id"u8, $"x{id:x16}");
        _json.WriteString("time"u8, new EventTime(act.Micros).ToString());
        _json.WriteString("account"u8, account.Name);
        if (letter.EndUser != null)
        {
            _json.WriteString("end_user"u8, letter.EndUser);
        }

        _json.WriteString("endpoint"u8, program.Endpoint);
        _json.WriteString("model"u8, letter.Model);
        Client(program, program.Version(account.Program == letter.Program ? account.Seed : account.Group), origin);
        _json.WritePropertyName("request"u8);
        Request(program, letter);
        _json.WriteNumber("status"u8, 200);
        if (answered)
        {
            Response(program, letter, id, act.Micros, input, output);
        }

        _json.WriteStartObject("usage"u8);
        _json.WriteNumber("input_tokens"u8, input);
        _json.WriteNumber("output_tokens"u8, output);
        _json.WriteEndObject();
        var first = 180 + input / 40 + (int)(id % 300);
        _json.WriteNumber("latency_ms"u8, first + output * 11);
        _json.WriteNumber("first_token_ms"u8, first);
        _json.WriteEndObject();
        _json.Flush();
        into.Write("\n"u8);
    }

    private void Client(ClientProgram program, string version, Origin origin)
    {
        _json.WriteStartObject("client"u8);
        _json.WriteString("ip"u8, origin.Ip);
        _json.WriteNumber("asn"u8, origin.Asn);
        _json.WriteString("country"u8, origin.Country);
        _json.WriteString("user_agent"u8, program.Agent + version);
        _json.WriteString("tls"u8, program.Ja4(version));
        _json.WriteEndObject();
    }

    private void Request(ClientProgram program, Letter letter)
    {
        var anthropic = program.Endpoint == "/v1/messages";
        _json.WriteStartObject();
        foreach (var field in _fields[program.Fields])
        {
            switch (field)
            {
                case "model":
                    _json.WriteString("model"u8, letter.Model);
                    break;
                case "messages":
                    _json.WriteStartArray("messages"u8);
                    for (var i = 0; i < letter.Messages.Count; i++)
                    {
                        Message(letter, i, anthropic);
                    }

                    _json.WriteEndArray();
                    break;
                case "system" when letter.Messages[0].Role == TextRole.System:
                    _json.WriteString("system"u8, Text(letter, 0));
                    break;
                case "temperature" when !double.IsNaN(letter.Temperature):
                    _json.WriteNumber("temperature"u8, letter.Temperature);
                    break;
                case "max_tokens" when anthropic || letter.MaxTokens > 0:
                    _json.WriteNumber("max_tokens"u8, letter.MaxTokens > 0 ? letter.MaxTokens : 4096);
                    break;
                case "stream" when letter.Stream:
                    _json.WriteBoolean("stream"u8, true);
                    if (!anthropic)
                    {
                        _json.WriteStartObject("stream_options"u8);
                        _json.WriteBoolean("include_usage"u8, true);
                        _json.WriteEndObject();
                    }

                    break;
                case "tools" when letter.Tools != null:
                    _json.WritePropertyName("tools"u8);
                    _json.WriteRawValue(letter.Tools, skipInputValidation: true);
                    break;
                case "user" when letter.EndUser != null && !anthropic:
                    _json.WriteString("user"u8, letter.EndUser);
                    break;
            }
        }

        _json.WriteEndObject();
    }

    private void Message(Letter letter, int at, bool anthropic)
    {
        var role = letter.Messages[at].Role;
        if (anthropic && role == TextRole.System)
        {
            return; // it has a field of its own
        }

        _json.WriteStartObject();
        _json.WriteString(
            "role"u8,
            role switch
            {
                TextRole.System => "system"u8,
                TextRole.Assistant => "assistant"u8,
                TextRole.Tool when !anthropic => "tool"u8,
                _ => "user"u8,
            }
        );
        var call =
            letter.Tools != null
            && (
                role == TextRole.Tool
                || (role == TextRole.Assistant && at + 1 < letter.Messages.Count && letter.Messages[at + 1].Role == TextRole.Tool)
            );
        if (!call)
        {
            _json.WriteString("content"u8, Text(letter, at));
        }
        else if (anthropic)
        {
            Block(letter, at, role);
        }
        else if (role == TextRole.Tool)
        {
            _json.WriteString("tool_call_id"u8, $"call_{at - 1}");
            _json.WriteString("content"u8, Text(letter, at));
        }
        else
        {
            _json.WriteString("content"u8, Text(letter, at));
            Calls(at);
        }

        _json.WriteEndObject();
    }

    private void Block(Letter letter, int at, TextRole role)
    {
        _json.WriteStartArray("content"u8);
        _json.WriteStartObject();
        if (role == TextRole.Tool)
        {
            _json.WriteString("type"u8, "tool_result"u8);
            _json.WriteString("tool_use_id"u8, $"toolu_{at - 1}");
            _json.WriteString("content"u8, Text(letter, at));
        }
        else
        {
            _json.WriteString("type"u8, "text"u8);
            _json.WriteString("text"u8, Text(letter, at));
            _json.WriteEndObject();
            _json.WriteStartObject();
            _json.WriteString("type"u8, "tool_use"u8);
            _json.WriteString("id"u8, $"toolu_{at}");
            _json.WriteString("name"u8, "search"u8);
            _json.WriteStartObject("input"u8);
            _json.WriteString("query"u8, "next"u8);
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
        _json.WriteEndArray();
    }

    private void Calls(int at)
    {
        _json.WriteStartArray("tool_calls"u8);
        _json.WriteStartObject();
        _json.WriteString("id"u8, $"call_{at}");
        _json.WriteString("type"u8, "function"u8);
        _json.WriteStartObject("function"u8);
        _json.WriteString("name"u8, "search"u8);
        _json.WriteString("arguments"u8, "{\"query\":\"next\"}"u8);
        _json.WriteEndObject();
        _json.WriteEndObject();
        _json.WriteEndArray();
    }

    private void Response(ClientProgram program, Letter letter, ulong id, long micros, int input, int output)
    {
        letter.Complete(letter.AnswerSeed, output, letter.Answer, 0);
        _json.WriteStartObject("response"u8);
        if (program.Endpoint == "/v1/messages")
        {
            _json.WriteString("id"u8, $"msg_{id:x16}");
            _json.WriteString("type"u8, "message"u8);
            _json.WriteString("role"u8, "assistant"u8);
            _json.WriteString("model"u8, letter.Model);
            _json.WriteStartArray("content"u8);
            _json.WriteStartObject();
            _json.WriteString("type"u8, "text"u8);
            _json.WriteString("text"u8, letter.Answer.Span);
            _json.WriteEndObject();
            _json.WriteEndArray();
            _json.WriteString("stop_reason"u8, "end_turn"u8);
            _json.WriteNull("stop_sequence"u8);
            _json.WriteStartObject("usage"u8);
            _json.WriteNumber("input_tokens"u8, input);
            _json.WriteNumber("output_tokens"u8, output);
        }
        else
        {
            _json.WriteString("id"u8, $"chatcmpl-{id:x16}");
            _json.WriteString("object"u8, "chat.completion"u8);
            _json.WriteNumber("created"u8, micros / 1_000_000);
            _json.WriteString("model"u8, letter.Model);
            _json.WriteStartArray("choices"u8);
            _json.WriteStartObject();
            _json.WriteNumber("index"u8, 0);
            _json.WriteStartObject("message"u8);
            _json.WriteString("role"u8, "assistant"u8);
            _json.WriteString("content"u8, letter.Answer.Span);
            _json.WriteEndObject();
            _json.WriteString("finish_reason"u8, "stop"u8);
            _json.WriteEndObject();
            _json.WriteEndArray();
            _json.WriteStartObject("usage"u8);
            _json.WriteNumber("prompt_tokens"u8, input);
            _json.WriteNumber("completion_tokens"u8, output);
            _json.WriteNumber("total_tokens"u8, input + output);
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private static ReadOnlySpan<byte> Text(Letter letter, int at) =>
        letter.Text.Span.Slice(letter.Messages[at].Start, letter.Messages[at].Length);
}
