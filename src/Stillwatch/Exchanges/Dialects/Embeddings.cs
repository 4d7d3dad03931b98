using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>OpenAI's Embeddings.</summary>
internal sealed class Embeddings : WireFormat
{
    /// <inheritdoc/>
    public override Dialect Dialect => Dialect.Embeddings;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Paths => ["/v1/embeddings"];

    /// <inheritdoc/>
    public override string Operation => "embeddings";

    /// <inheritdoc/>
    public override IReadOnlyList<(RequestField Field, string[] Names)> Fields =>
        [(RequestField.Model, ["model"]), (RequestField.Content, ["input"]), (RequestField.User, ["user"])];

    /// <inheritdoc/>
    public override bool Writes => false;

    /// <inheritdoc/>
    public override Capability Gives => Capability.Embeddings;
}
