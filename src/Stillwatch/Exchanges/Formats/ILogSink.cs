namespace Stillwatch.Exchanges.Formats;

/// <summary>Takes what a line of a log holds.</summary>
internal interface ILogSink
{
    /// <summary>An exchange.</summary>
    /// <param name="draft">It, until the next one.</param>
    /// <param name="line">Its line of an exchange log, as it stood there or as it was translated.</param>
    /// <param name="span">Where it stands among the spans of its trace; null where it is no span.</param>
    void Take(ExchangeDraft draft, ReadOnlySpan<byte> line, SpanFacts? span);

    /// <summary>A span between exchanges.</summary>
    void Pass(SpanFacts span);

    /// <summary>Something was lost: <paramref name="exchanges"/> exchanges, or what should have been one.</summary>
    void Lose(Rejection rejection, long exchanges);
}
