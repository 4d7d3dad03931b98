namespace Stillwatch.Exchanges.Answers;

/// <summary>A text inside a value that was cut: where its bytes stand, and which text of the answer they belong to.</summary>
/// <param name="Start">Where it begins in the bytes that were written, behind the quote.</param>
/// <param name="Length">Its bytes, with their escapes.</param>
/// <param name="Place">Which text: the same number for all pieces of one.</param>
/// <param name="IsWhole">Whether it is all of the text.</param>
internal readonly record struct TextSlot(int Start, int Length, ulong Place, bool IsWhole);
