using Stillwatch.Features;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Runs;

/// <summary>An act with the features that the watch would take of it.</summary>
/// <param name="Act">The act.</param>
/// <param name="Features">Its features.</param>
/// <param name="Useful">How many answers to tasks it brings a copier.</param>
/// <param name="InputTokens">Tokens in.</param>
internal readonly record struct ObservedAct(Act Act, ExchangeFeatures Features, int Useful, int InputTokens);
