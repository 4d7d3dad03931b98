using System.Buffers;
using System.Text.Json;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>
/// All that tells one API from another on the wire: its paths, the fields of its requests, how its streams end and are put together, what
/// it reports, and how it says that something is wrong. A dialect is one file beside this one and an entry of <see cref="All"/>; whoever
/// needs to know asks here and has no list of dialects of its own.
/// </summary>
internal abstract class WireFormat
{
    private static readonly WireFormat[] All =
    [
        new Unknown(),
        new Chat(),
        new Completions(),
        new Responses(),
        new Embeddings(),
        new Messages(),
        new CountTokens(),
        new Gemini(),
    ];

    private static readonly WireFormat[] ByNumber = Enumerable
        .Range(0, 256)
        .Select(number => All.FirstOrDefault(format => (int)format.Dialect == number) ?? All[0])
        .ToArray();

    private static readonly Dictionary<string, WireFormat> ByPath = All.SelectMany(format =>
            format.Paths.Select(path => (Path: path, Format: format))
        )
        .ToDictionary(pair => pair.Path, pair => pair.Format, StringComparer.Ordinal);

    /// <summary>The formats that there are.</summary>
    public static IReadOnlyList<WireFormat> Formats => All;

    /// <summary>
    /// The API that <paramref name="dialect"/> is; for none that is known, and for lists of models, that of paths that are passed on as
    /// they are.
    /// </summary>
    public static WireFormat Of(Dialect dialect) => ByNumber[(byte)dialect];

    /// <summary>The API whose requests are posted to <paramref name="path"/>; null where none's are.</summary>
    public static WireFormat? At(string path)
    {
        if (ByPath.TryGetValue(path, out var format))
        {
            return format;
        }

        foreach (var one in All)
        {
            if (one.Takes(path))
            {
                return one;
            }
        }

        return null;
    }

    /// <summary>Which it is.</summary>
    public abstract Dialect Dialect { get; }

    /// <summary>Paths that its requests are posted to.</summary>
    public abstract IReadOnlyList<string> Paths { get; }

    /// <summary>Whether requests are posted to <paramref name="path"/>, where that is none of <see cref="Paths"/>.</summary>
    public virtual bool Takes(string path) => false;

    /// <summary>The path that a request for <paramref name="model"/> is posted to; null where the format has none.</summary>
    public virtual string? PathFor(string model) => Paths.Count > 0 ? Paths[0] : null;

    /// <summary>The model that a path names; null where the body names it.</summary>
    public virtual string? ModelIn(string path) => null;

    /// <summary>A path that names a model, with another in its place.</summary>
    public virtual string WithModel(string path, string model) => path;

    /// <summary>Whether a path asks for a stream; elsewhere the body does.</summary>
    public virtual bool StreamsAt(string path) => false;

    /// <summary>Why a path with this query is not taken, for the customer; null where it is.</summary>
    public virtual string? Refuses(string path, string query) => null;

    /// <summary>The header that model servers take a credential in; null for <c>Authorization</c>.</summary>
    public virtual string? KeyHeader => null;

    /// <summary>The operation by OpenTelemetry's conventions for generative AI (<c>gen_ai.operation.name</c>).</summary>
    public virtual string Operation => "chat";

    /// <summary>The fields at the top level of its requests; what servers take besides is in <see cref="RequestFields"/>.</summary>
    public abstract IReadOnlyList<(RequestField Field, string[] Names)> Fields { get; }

    /// <summary>Whether a model writes: else nothing is reserved or counted for what comes out.</summary>
    public virtual bool Writes => true;

    /// <summary>What whoever uses it at all is given.</summary>
    public virtual Capability Gives => Capability.None;

    /// <summary>Whether <c>logprobs: 0</c> asks for log-probabilities: of the tokens that were chosen, and no others.</summary>
    public virtual bool ZeroAsksLogProbabilities => false;

    /// <summary>Whether a list of prompts asks for an answer to each.</summary>
    public virtual bool AnswersEachPrompt => false;

    /// <summary>Whether model servers keep its answers, and a request can go on from one.</summary>
    public virtual bool IsKept => false;

    /// <summary>Whether one of the client's libraries looks for the id of a request under Anthropic's name.</summary>
    public virtual bool HasAnthropicHeaders => false;

    /// <summary>What its answers look like, its errors too; null where nobody knows: then nothing can be taken out of them.</summary>
    public virtual AnswerShape? Answer => null;

    /// <summary>What the events of its streams look like.</summary>
    public virtual AnswerShape? StreamEvent => Answer;

    /// <summary>Whether the blocks of an answer have numbers in its stream, that follow one on the other.</summary>
    public virtual bool NumbersBlocks => false;

    /// <summary>Whether all of its clients skip comments in a stream.</summary>
    public virtual bool TakesComments => true;

    /// <summary>What a line of data of a stream says of the stream's end.</summary>
    /// <param name="data">The first bytes of the data, as many as were kept.</param>
    public virtual StreamMark OfData(ReadOnlySpan<byte> data) =>
        data.StartsWith("[DONE]"u8) ? StreamMark.End
        : data.StartsWith("{\"error\":"u8) || data.StartsWith("{\"error\" :"u8) ? StreamMark.Error
        : StreamMark.None;

    /// <summary>What the name of an event says of the stream's end.</summary>
    public virtual StreamMark OfEvent(ReadOnlySpan<byte> name) => name.SequenceEqual("error"u8) ? StreamMark.Error : StreamMark.None;

    /// <summary>Whether the last bytes of a stream that ended without a mark say why the answer ended, so that it is whole.</summary>
    public virtual bool GivesReason(ReadOnlySpan<byte> tail) => false;

    /// <summary>Whether nothing marks the end of a stream: then as many reasons for an end as there are answers do.</summary>
    public virtual bool HasNoEndMark => false;

    /// <summary>How many answers are told to have ended, where nothing marks the end of the stream.</summary>
    /// <param name="bytes">Some of the stream.</param>
    /// <param name="from">What ends before this place was counted already.</param>
    public virtual int Reasons(ReadOnlySpan<byte> bytes, int from) => 0;

    /// <summary>Puts a stream together into the body that the call would have returned without one.</summary>
    /// <returns>False where no event of the dialect was found.</returns>
    public virtual bool Assemble(ReadOnlySpan<byte> stream, Utf8JsonWriter json) => false;

    /// <summary>Counts an event of a stream as <see cref="ResponseReader"/> counts the body that the stream is put together to.</summary>
    /// <param name="data">The event's data.</param>
    /// <param name="tally">What was counted so far.</param>
    /// <returns>Whether it can be said without putting the stream together.</returns>
    public virtual bool Count(ReadOnlySpan<byte> data, StreamTally tally) => false;

    /// <summary>Says at the end of a stream what was counted of it.</summary>
    /// <returns>Whether it is what the whole says.</returns>
    public virtual bool Ends(StreamTally tally) => true;

    /// <summary>Tokens in, where the whole body is their count; -1 elsewhere.</summary>
    public virtual int CountedTokens(ReadOnlySpan<byte> body) => -1;

    /// <summary>The id under which the model server keeps the answer, of the answer's beginning; null where it keeps none.</summary>
    /// <param name="answer">The answer, or its first part.</param>
    /// <param name="stream">Whether it is a stream of events.</param>
    public virtual string? IdOf(ReadOnlySpan<byte> answer, bool stream) => null;

    /// <summary>The body that says that something is wrong, in OpenAI's form.</summary>
    public virtual byte[] Error(in ErrorFacts error)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteString("message", error.Message);
            json.WriteString("type", error.Type);
            json.WriteNull("param");
            json.WriteString("code", error.Code);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>
    /// A refusal that says so, in the form that the dialect's official clients understand as one; null where an error is right, because no
    /// model would have written.
    /// </summary>
    /// <param name="refusal">What is said.</param>
    /// <param name="stream">Whether a stream was asked for.</param>
    public virtual DisclosedAnswer? Disclosed(in DisclosedRefusal refusal, bool stream) => null;

    /// <summary>Whether an answer says that the model server refused on its own account, and why; null where it does not.</summary>
    /// <param name="answer">The whole answer, or what a stream was put together to; anything else is none.</param>
    public virtual UpstreamRefusal? RefusalOf(ReadOnlySpan<byte> answer) => null;

    /// <summary>
    /// The event that tells the reader of a stream that something is wrong. The connection is cut behind it: not every library believes the
    /// event alone.
    /// </summary>
    public virtual byte[] ErrorEvent(in ErrorFacts error) => [.. "\n\ndata: "u8, .. Error(error), .. "\n\n"u8];
}
