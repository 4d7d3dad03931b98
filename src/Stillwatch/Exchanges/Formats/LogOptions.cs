namespace Stillwatch.Exchanges.Formats;

/// <summary>How logs are read where their formats leave a choice.</summary>
/// <param name="Account">What is the account in LiteLLM's logs.</param>
/// <param name="AccountAttributes">Attributes of OpenTelemetry's spans that name the account, before the known ones.</param>
internal sealed record LogOptions(LiteLlmAccount Account, IReadOnlyList<string> AccountAttributes)
{
    /// <summary>What is taken where nobody chose.</summary>
    public static LogOptions Default { get; } = new(LiteLlmAccount.First, []);
}
