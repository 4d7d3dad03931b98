using System.Runtime.InteropServices;
using Stillwatch.Corpora;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Sketches;

namespace Stillwatch.Features;

/// <summary>Takes the features of an exchange: the place where text stops. One a worker; not thread-safe.</summary>
internal sealed class FeatureExtractor(KeyedHash key)
{
    private readonly PromptText _prompt = new();
    private readonly Phrases<Elicitation> _elicitation = new(ElicitationPhrases.All, key.Seed);
    private readonly Phrases<bool> _code = new(CodePhrases.All, key.Seed);
    private readonly LanguageGuess _languages = new(key.Seed);
    private readonly PromptText _known = new(); // the prompt under the fixed key, which corpora are under
    private byte[] _joined = [];

    /// <summary>Bytes that it holds for what it reads.</summary>
    public int Capacity => _joined.Length;

    /// <summary>Replaces the built-in topic embedding where set: text (UTF-8) in, a unit vector times 127 out.</summary>
    public ITopicEmbedder? Embedder { get; init; }

    /// <summary>The known benchmarks and sets of instructions.</summary>
    public CorpusIndex Corpora { get; init; } = CorpusIndex.None;

    /// <summary>The features of <paramref name="draft"/>.</summary>
    public ExchangeFeatures Take(ExchangeDraft draft)
    {
        var features = TakeRequest(draft);
        features.OutputTokens = draft.CountedOutputTokens;
        features.InputTokens = draft.InputTokens >= 0 ? draft.InputTokens : features.InputTokens;
        return features;
    }

    /// <summary>
    /// Completes what <see cref="TakeRequest"/> took, once the exchange is over: what <see cref="Take"/> would have taken of all of it.
    /// </summary>
    /// <param name="features">The features of its request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="answer">What was counted of its answer.</param>
    public static void Complete(ref ExchangeFeatures features, int status, Outcome outcome, in AnswerCounts answer)
    {
        features.Traits |= StatusTraits.Of(status) | StatusTraits.Of(outcome);
        features.Traits |= answer.Traits(features.Traits);
        features.OutputTokens = answer.CountedOutputTokens(features.Traits, final: false);
        features.InputTokens = answer.Tokens.Input >= 0 ? answer.Tokens.Input : features.InputTokens;
    }

    /// <summary>The features of a request before it is answered.</summary>
    public ExchangeFeatures TakeRequest(ExchangeDraft draft)
    {
        var newest = Newest(draft);
        _prompt.Read(newest, key.Seed);
        Span<(int At, Elicitation Kind)> elicited = stackalloc (int, Elicitation)[16];
        Span<(int At, bool IsCode)> code = stackalloc (int, bool)[1];
        elicited = elicited[.._elicitation.Find(_prompt.Hashes, elicited)];
        var (skeleton, opening, closing) = Templates.Of(_prompt, elicited, key.Seed);
        var shape = draft.Shape;
        var known = Known(newest, out var isPrompt);
        return new ExchangeFeatures
        {
            At = draft.At,
            Body = Body(draft, out var system, out var inputBytes),
            Skeleton = skeleton,
            Opening = opening,
            Closing = closing,
            System = system,
            RequestShape = key.Of(MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in shape))),
            Model = Fingerprint(draft, draft.Model),
            EndUser = Fingerprint(draft, draft.EndUser),
            Address = Addresses.Of(draft.Text(draft.Ip), key),
            Tls = Fingerprint(draft, draft.Tls),
            UserAgent = Fingerprint(draft, draft.UserAgent),
            InputTokens = TokenEstimate.Of(inputBytes),
            Words = (ushort)_prompt.Hashes.Length,
            Turns = (ushort)Math.Min(ushort.MaxValue, draft.Turns),
            Temperature = draft.Temperature,
            Language = _languages.Of(_prompt),
            Elicitation = Kinds(elicited),
            Traits =
                draft.Traits
                | (_code.Find(_prompt.Hashes, code) > 0 ? ExchangeTraits.Code : 0)
                | (isPrompt ? ExchangeTraits.KnownPrompt : 0),
            Known = known,
            Form = PromptForm.Of(_prompt, newest),
            Topic = Embedder is { } embedder ? embedder.Embed(newest) : Topics.Of(_prompt),
        };
    }

    /// <summary>
    /// The fingerprint of a whole request, its system prompt's, and how many bytes of text it has; 0 where all of it is left out.
    /// </summary>
    private ulong Body(ExchangeDraft draft, out ulong system, out int bytes)
    {
        var body = key.Seed;
        system = 0;
        bytes = 0;
        var any = false;
        foreach (ref readonly var piece in draft.Pieces)
        {
            var written = draft.Text(piece);
            bytes += piece.Length;
            if (Placeholders.Is(written))
            {
                continue;
            }

            any = true;
            var text = key.Of(written);
            body = KeyedHash.Fold(body, text + (ulong)piece.Role);
            system = piece.Role == TextRole.System ? KeyedHash.Fold(system, text) | 1 : system;
        }

        return any ? body | 1 : 0;
    }

    /// <summary>
    /// The newest thing that the customer said: the text of the last user message without what a client program put into it, else of the
    /// user message before; where programs wrote all of them the last as it stands; without user messages the last message of all;
    /// nothing where all is left out.
    /// </summary>
    private ReadOnlySpan<byte> Newest(ExchangeDraft draft)
    {
        var pieces = draft.Pieces;
        var last = Last(draft, pieces.Length);
        if (last < 0)
        {
            return [];
        }

        for (var i = last; i >= 0 && pieces[i].Role == TextRole.User; )
        {
            var first = First(pieces, i);
            var written = Join(draft, pieces[first..(i + 1)], withoutPreambles: true);
            if (!written.IsEmpty)
            {
                return written;
            }

            i = Last(draft, first);
        }

        return Join(draft, pieces[First(pieces, last)..(last + 1)], withoutPreambles: false);
    }

    /// <summary>The last piece of a user's before <paramref name="end"/>, else the last of anybody's; -1 where there is none.</summary>
    private static int Last(ExchangeDraft draft, int end)
    {
        var pieces = draft.Pieces;
        var last = -1;
        for (var i = end - 1; i >= 0; i--)
        {
            if ((pieces[i].Role == TextRole.User || last < 0) && !Placeholders.Is(draft.Text(pieces[i])))
            {
                last = i;
                if (pieces[i].Role == TextRole.User)
                {
                    break;
                }
            }
        }

        return last;
    }

    /// <summary>The first piece of the message that <paramref name="last"/> is the last of.</summary>
    private static int First(ReadOnlySpan<ExchangeDraft.Piece> pieces, int last)
    {
        var first = last;
        while (
            first > 0
            && pieces[first - 1].Message == pieces[last].Message
            && pieces[first - 1].Role == pieces[last].Role
            && pieces[first - 1].Field == pieces[last].Field
        )
        {
            first--;
        }

        return first;
    }

    private ReadOnlySpan<byte> Join(ExchangeDraft draft, ReadOnlySpan<ExchangeDraft.Piece> pieces, bool withoutPreambles)
    {
        if (pieces.Length == 1)
        {
            return Written(draft, pieces[0], withoutPreambles);
        }

        var length = 0;
        foreach (ref readonly var piece in pieces)
        {
            length += piece.Length + 1;
        }

        if (_joined.Length < length)
        {
            _joined = new byte[length * 2];
        }

        var at = 0;
        foreach (ref readonly var piece in pieces)
        {
            var written = Written(draft, piece, withoutPreambles);
            if (written.IsEmpty && piece.Length > 0)
            {
                continue;
            }

            written.CopyTo(_joined.AsSpan(at));
            at += written.Length;
            _joined[at++] = (byte)'\n';
        }

        return _joined.AsSpan(0, at);
    }

    private static ReadOnlySpan<byte> Written(ExchangeDraft draft, in ExchangeDraft.Piece piece, bool withoutPreambles) =>
        withoutPreambles ? Preambles.Without(draft.Text(piece)) : draft.Text(piece);

    private KnownItem Known(ReadOnlySpan<byte> newest, out bool isPrompt)
    {
        isPrompt = false;
        if (Corpora.Corpora.Count == 0)
        {
            return default;
        }

        if (key == KeyedHash.ForScan)
        {
            return Corpora.Find(_prompt.Hashes, out isPrompt);
        }

        _known.Read(newest, KeyedHash.ForScan.Seed);
        return Corpora.Find(_known.Hashes, out isPrompt);
    }

    private static Elicitation Kinds(ReadOnlySpan<(int At, Elicitation Kind)> elicited)
    {
        var all = Elicitation.None;
        foreach (var (_, kind) in elicited)
        {
            all |= kind;
        }

        return all;
    }

    private ulong Fingerprint(ExchangeDraft draft, ExchangeDraft.Slice slice) => slice.Length == 0 ? 0 : key.Of(draft.Text(slice));
}
