namespace Stillwatch.Exchanges.Formats;

/// <summary>Where a span stands in its trace: what is needed to tell a call of a model from the spans around it.</summary>
/// <param name="Trace">Fingerprint of the trace's id.</param>
/// <param name="Id">Fingerprint of the span's id.</param>
/// <param name="Parent">Fingerprint of its parent's id; 0 where it has none.</param>
/// <param name="Kind">What it is.</param>
internal readonly record struct SpanFacts(UInt128 Trace, ulong Id, ulong Parent, SpanKind Kind);
