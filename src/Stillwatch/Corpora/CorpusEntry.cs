using System.Runtime.InteropServices;

namespace Stillwatch.Corpora;

/// <summary>That five words in a row stand in an item.</summary>
/// <param name="Run">The fingerprint of the five words.</param>
/// <param name="Item">The item that they stand in.</param>
/// <param name="Words">How many words the item has, saturating at 65,535.</param>
/// <param name="Place">Which of the item's entries this is, 0 and up.</param>
/// <param name="Places">How many entries the item has.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly record struct CorpusEntry(ulong Run, KnownItem Item, ushort Words, byte Place, byte Places);
