using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Exchanges.Dialects;

/// <summary>OpenAI's Embeddings.</summary>
internal sealed class Embeddings : WireFormat
{
    private static readonly AnswerShape Whole = ChatAnswers.Failed.With(
        ("id object created model", AnswerShape.Frame),
        ("data", AnswerShape.List(AnswerShape.Object(("object index", AnswerShape.Frame), ("embedding", AnswerShape.Leaves)))),
        ("usage", ChatAnswers.Usage)
    );

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
    public override AnswerShape Answer => Whole;

    /// <inheritdoc/>
    public override bool Writes => false;

    /// <inheritdoc/>
    public override Capability Gives => Capability.Embeddings;
}
