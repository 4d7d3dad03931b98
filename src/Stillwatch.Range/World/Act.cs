namespace Stillwatch.Range.World;

/// <summary>
/// Something that an account is about to ask: when, and from which seed its words are written. The words are written only where they are
/// needed.
/// </summary>
/// <param name="Micros">When, in microseconds since the epoch; whole milliseconds.</param>
/// <param name="Account">The account's number.</param>
/// <param name="Seed">The seed of the conversation, the job or the task.</param>
/// <param name="Turn">Which turn of it.</param>
/// <param name="Kind">What kind, as the role understands it.</param>
internal readonly record struct Act(long Micros, int Account, ulong Seed, ushort Turn = 0, ushort Kind = 0);
