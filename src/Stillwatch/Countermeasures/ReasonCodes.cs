namespace Stillwatch.Countermeasures;

/// <summary>Reason codes: words that customers and their programs are told. Those here are the ones that the standard rules use.</summary>
public static class ReasonCodes
{
    /// <summary>The account acts as one with others that seem to copy the model.</summary>
    public const string DistillationSuspected = "distillation_suspected";

    /// <summary>The key seems to be in somebody else's hands.</summary>
    public const string KeyCompromised = "key_compromised";

    /// <summary>The capability is not released to the account's tier.</summary>
    public const string NotReleased = "capability_not_released";

    /// <summary>The account has to verify first.</summary>
    public const string VerificationRequired = "verification_required";

    /// <summary>Whether <paramref name="text"/> has the form of one.</summary>
    public static bool IsOne(string? text) =>
        text is { Length: > 0 and <= 64 }
        && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_');
}
