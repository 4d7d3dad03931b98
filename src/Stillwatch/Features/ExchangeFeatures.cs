using System.Runtime.CompilerServices;
using Stillwatch.Corpora;
using Stillwatch.Exchanges;

namespace Stillwatch.Features;

/// <summary>
/// What is kept of one exchange: fixed size, free of text. Every fingerprint is a <see cref="Sketches.KeyedHash"/> and 0 where there was
/// nothing to take it of. This is the one place to review what is kept of people's words.
/// </summary>
public struct ExchangeFeatures
{
    /// <summary>The dimensions of the topic embedding.</summary>
    public const int TopicDimensions = 32;

    /// <summary>When the request arrived.</summary>
    public EventTime At;

    /// <summary>Fingerprint of all text of the request: equal means the same request word for word; 0 where there is none.</summary>
    public ulong Body;

    /// <summary>Fingerprint of the prompt with its slots (numbers, names, quotations, documents) taken out: the template.</summary>
    public ulong Skeleton;

    /// <summary>Fingerprint of the prompt's first sentence.</summary>
    public ulong Opening;

    /// <summary>Fingerprint of the prompt's last line or sentence.</summary>
    public ulong Closing;

    /// <summary>Fingerprint of the system prompt.</summary>
    public ulong System;

    /// <summary>Fingerprint of which parameters were sent, in which order, with which sampling values.</summary>
    public ulong RequestShape;

    /// <summary>Fingerprint of the model asked for.</summary>
    public ulong Model;

    /// <summary>Fingerprint of the customer's end user.</summary>
    public ulong EndUser;

    /// <summary>Fingerprint of the client's address: the whole of IPv4, the /64 of IPv6.</summary>
    public ulong Address;

    /// <summary>Fingerprint of the client's TLS handshake (JA4).</summary>
    public ulong Tls;

    /// <summary>Fingerprint of the client program as it names itself.</summary>
    public ulong UserAgent;

    /// <summary>Tokens in, as reported or counted.</summary>
    public int InputTokens;

    /// <summary>
    /// Tokens out, as reported or counted; 0 where the exchange was not answered (<see cref="ExchangeTraits.Unanswered"/>).
    /// </summary>
    public int OutputTokens;

    /// <summary>Words of the newest prompt that were read, 0 to <see cref="PromptText.MostWords"/>.</summary>
    public ushort Words;

    /// <summary>
    /// Messages in the request, the system prompt among them, saturating at 65,535. Whether a conversation goes on is
    /// <see cref="ExchangeTraits.FollowUp"/>.
    /// </summary>
    public ushort Turns;

    /// <summary>Temperature in hundredths; -1 where none was sent.</summary>
    public short Temperature;

    /// <summary>The language, as far as function words tell.</summary>
    public Language Language;

    /// <summary>What kinds of elicitation the prompt shows.</summary>
    public Elicitation Elicitation;

    /// <summary>What is true of the exchange.</summary>
    public ExchangeTraits Traits;

    /// <summary>The item of a known benchmark or set of instructions that the newest prompt contains.</summary>
    public KnownItem Known;

    /// <summary>How the newest prompt is written, whatever it is about.</summary>
    public PromptForm Form;

    /// <summary>Where the prompt lies among topics: a unit vector times 127.</summary>
    public TopicVector Topic;

    /// <summary>The topic embedding.</summary>
    [InlineArray(TopicDimensions)]
    public struct TopicVector
    {
        private sbyte _first;
    }

    /// <summary>
    /// The cell of the topic space that the prompt lies in, out of 2 to the power of <paramref name="bits"/> (at most 12):
    /// random-hyperplane hashing (Charikar, STOC 2002, section 3). The dimensions are sums of random signs already, so that differences of
    /// disjoint triples are random hyperplanes.
    /// </summary>
    public readonly int TopicCell(int bits)
    {
        var cell = 0;
        for (var i = 0; i < bits; i++)
        {
            cell = cell << 1 | (Topic[i] - Topic[i + 10] + Topic[i + 20] > 0 ? 1 : 0);
        }

        return cell;
    }

    /// <summary>Whether <paramref name="trait"/> is true of the exchange.</summary>
    public readonly bool Has(ExchangeTraits trait) => (Traits & trait) != 0;

    /// <summary>
    /// Whether the request had text, or what stood there only said that it was left out: without it nothing can be read of what was asked.
    /// </summary>
    public readonly bool HasText => Body != 0;

    /// <summary>Whether anything of an answer was had; else it is an attempt.</summary>
    public readonly bool IsAnswered => (Traits & ExchangeTraits.Unanswered) == 0;
}
