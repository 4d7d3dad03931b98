namespace Stillwatch.Exchanges.Answers;

/// <summary>What was counted of an answer, and what follows from it.</summary>
/// <param name="Tokens">Tokens that were reported.</param>
/// <param name="OutputBytes">Bytes of text.</param>
internal readonly record struct AnswerCounts(TokenCounts Tokens, int OutputBytes)
{
    /// <summary>Of an answer that says nothing.</summary>
    public static AnswerCounts None => new(TokenCounts.None, 0);

    /// <summary>What follows from all of an exchange: what failed and brought nothing was not answered.</summary>
    /// <param name="traits">What is known of it besides.</param>
    public ExchangeTraits Traits(ExchangeTraits traits) =>
        (Tokens.Output >= 0 ? ExchangeTraits.TokensReported : 0)
        | ((traits & ExchangeTraits.Failed) != 0 && Tokens.Output <= 0 && OutputBytes == 0 ? ExchangeTraits.Unanswered : 0);

    /// <summary>
    /// Tokens out, as they are counted: those reported, else an estimate by the text. What broke off had its report still to come: there
    /// the larger of the two, unless somebody counted at the end. Nothing where nobody was answered.
    /// </summary>
    /// <param name="traits">What is known of the exchange, all of it.</param>
    /// <param name="final">Whether the tokens were counted when it was over.</param>
    public int CountedOutputTokens(ExchangeTraits traits, bool final) =>
        (traits & ExchangeTraits.Unanswered) != 0 ? 0
        : Tokens.Output < 0 ? TokenEstimate.Of(OutputBytes)
        : (traits & ExchangeTraits.Failed) != 0 && !final ? Math.Max(Tokens.Output, TokenEstimate.Of(OutputBytes))
        : Tokens.Output;
}
