namespace Stillwatch.Exchanges.Formats;

/// <summary>What a span is.</summary>
internal enum SpanKind : byte
{
    /// <summary>No exchange.</summary>
    Other,

    /// <summary>A call of a model.</summary>
    Call,

    /// <summary>
    /// Something around calls that carries a model's name too: an agent, a workflow. It is an exchange only where no call is beneath it.
    /// </summary>
    Around,
}
