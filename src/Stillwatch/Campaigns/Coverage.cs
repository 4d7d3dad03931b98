using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Signals;

namespace Stillwatch.Campaigns;

/// <summary>
/// How many exchanges showed what detectors and links need. What a log does not hold cannot be found in it, and a scan that finds nothing
/// has to say what it could not see. Merges by addition.
/// </summary>
public struct Coverage
{
    /// <summary>Exchanges.</summary>
    public long Exchanges;

    /// <summary>Exchanges with text in the request.</summary>
    public long WithText;

    /// <summary>Exchanges with a system prompt whose text is there.</summary>
    public long WithSystemPrompt;

    /// <summary>Exchanges of which anything of an answer was had.</summary>
    public long Answered;

    /// <summary>Answered exchanges whose answer has a length: tokens that are reported, or text.</summary>
    public long WithAnswerLength;

    /// <summary>Exchanges with the client's address.</summary>
    public long WithAddress;

    /// <summary>Exchanges with the client's program: its user agent or its TLS fingerprint.</summary>
    public long WithClient;

    /// <summary>Exchanges with a model.</summary>
    public long WithModel;

    /// <summary>Exchanges with a parameter of the request that differs from program to program.</summary>
    public long WithParameters;

    /// <summary>Exchanges that were told to wait.</summary>
    public long Throttled;

    /// <summary>Takes an exchange.</summary>
    public void Observe(in ExchangeFeatures features)
    {
        Exchanges++;
        WithText += features.HasText ? 1 : 0;
        WithSystemPrompt += features.System != 0 ? 1 : 0;
        Answered += features.IsAnswered ? 1 : 0;
        WithAnswerLength += features.IsAnswered && features.OutputTokens > 0 ? 1 : 0;
        WithAddress += features.Address != 0 ? 1 : 0;
        WithClient += (features.UserAgent | features.Tls) != 0 ? 1 : 0;
        WithModel += features.Model != 0 ? 1 : 0;
        WithParameters += features.Temperature >= 0 || features.Has(Parameters) ? 1 : 0;
        Throttled += features.Has(ExchangeTraits.Throttled) ? 1 : 0;
    }

    /// <summary>How many exchanges or accounts show what <paramref name="needs"/> names, and of how many.</summary>
    /// <param name="needs">What is needed.</param>
    /// <param name="accounts">The accounts, for what the provider knows of them.</param>
    public readonly Seen Of(Needs needs, IReadOnlyList<WatchedAccount> accounts) =>
        needs switch
        {
            Needs.Text => new(needs, WithText, Exchanges),
            Needs.SystemPrompt => new(needs, WithSystemPrompt, Exchanges),
            Needs.Answers => new(needs, WithAnswerLength, Answered),
            Needs.Address => new(needs, WithAddress, Exchanges),
            Needs.Client => new(needs, WithClient, Exchanges),
            Needs.Model => new(needs, WithModel, Exchanges),
            Needs.Parameters => new(needs, WithParameters, Exchanges),
            Needs.Throttling => new(needs, Throttled, Exchanges),
            Needs.Created => new(needs, accounts.LongCount(account => account.Facts.Created != null), accounts.Count),
            Needs.EmailDomain => new(needs, accounts.LongCount(account => account.Facts.EmailDomain != 0), accounts.Count),
            Needs.Payment => new(needs, accounts.LongCount(account => account.Facts.Payment != 0), accounts.Count),
            _ => new(needs, Exchanges, Exchanges),
        };

    /// <summary>
    /// How many exchanges showed what, in one line: what a log holds is the first thing to know of what was or was not found in it.
    /// </summary>
    public readonly string Told()
    {
        var exchanges = Exchanges;
        string Some(long count, long of) =>
            count == of ? "all"
            : count == 0 ? "none"
            : $"{count:N0}";
        return $"text in {Some(WithText, exchanges)}, an address in {Some(WithAddress, exchanges)}, a client program in "
            + $"{Some(WithClient, exchanges)}, a model in {Some(WithModel, exchanges)}; "
            + $"answered {Some(Answered, exchanges)}, with the answer's length {Some(WithAnswerLength, Answered)}";
    }

    /// <summary>
    /// What could not be seen, or not all of it: each need that fewer than nearly all exchanges or accounts meet, with who needs it.
    /// </summary>
    /// <remarks>
    /// System prompts, parameters and throttling are no fault of a log where they are rare: they are told only where there are none at all.
    /// </remarks>
    public readonly IReadOnlyList<Blindness> Blind(IReadOnlyList<WatchedAccount> accounts)
    {
        List<Blindness> blind = [];
        foreach (var needs in Enum.GetValues<Needs>())
        {
            var seen = Of(needs, accounts);
            var rare = needs is Needs.SystemPrompt or Needs.Parameters or Needs.Throttling;
            if (seen.Of > 0 && (rare ? seen.Some == 0 : seen.Some < NearlyAll * seen.Of))
            {
                blind.Add(
                    new(
                        seen,
                        [.. Detector.All.Where(detector => detector.Needs == needs).Select(detector => detector.Id.Name)],
                        [.. Link.All.Where(link => link.Needs == needs).Select(link => link.Id.Name)]
                    )
                );
            }
        }

        return [.. blind.Where(one => one.Detectors.Count + one.Links.Count > 0)];
    }

    private const double NearlyAll = 0.99;
    private const ExchangeTraits Parameters =
        ExchangeTraits.Stream
        | ExchangeTraits.HasTools
        | ExchangeTraits.LogProbabilities
        | ExchangeTraits.SeveralAnswers
        | ExchangeTraits.Structured;

    /// <summary>How many of how many show something.</summary>
    /// <param name="Needs">What.</param>
    /// <param name="Some">How many do.</param>
    /// <param name="Of">Of how many exchanges, or accounts.</param>
    public readonly record struct Seen(Needs Needs, long Some, long Of)
    {
        /// <summary>Whether it is accounts that are counted.</summary>
        public bool IsOfAccounts => Needs >= Needs.Created;

        /// <summary>In words: "0 of 53,343 exchanges have text".</summary>
        public override string ToString() =>
            $"{(Some == 0 ? "none" : $"{Some:N0}")} of {Of:N0} "
            + $"{(IsOfAccounts ? "account" : Needs == Needs.Answers ? "answered exchange" : "exchange")}{(Of == 1 ? "" : "s")} {Says}";

        private string Says =>
            Needs switch
            {
                Needs.Text => "have text",
                Needs.SystemPrompt => "have a system prompt",
                Needs.Answers => "say how long the answer was",
                Needs.Address => "have the client's address",
                Needs.Client => "name the client program",
                Needs.Model => "name a model",
                Needs.Parameters => "have parameters",
                Needs.Throttling => "were told to wait",
                Needs.Created => "have a date of sign-up",
                Needs.EmailDomain => "have an e-mail domain",
                Needs.Payment => "have a means of payment",
                _ => "have a time",
            };
    }
}
