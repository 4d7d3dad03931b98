using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>Paths that are passed on as they are, in no API that is known.</summary>
internal sealed class Unknown : WireFormat
{
    /// <inheritdoc/>
    public override Dialect Dialect => Dialect.Other;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Paths => [];

    /// <inheritdoc/>
    public override IReadOnlyList<(RequestField Field, string[] Names)> Fields => [];

    /// <inheritdoc/>
    public override bool AnswersEachPrompt => true;
}
