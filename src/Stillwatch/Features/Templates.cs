using Stillwatch.Sketches;

namespace Stillwatch.Features;

/// <summary>Fingerprints of what stays when a prompt's slots are taken out: the skeleton, the opening and the closing.</summary>
internal static class Templates
{
    private const int LeastOpening = 3;         // words; "Hi!" and "Question:" open nothing by themselves
    private const int MostOpening = 16;         // words; characters of Chinese are words too
    private const int ClosingWords = 24;        // one instruction at the end; a longer last line is a document
    private const int LongestFrameLine = 28;    // words; a longer line is a document, of which only the first words belong to a frame
    private const int FrameOfLongLine = 6;

    /// <summary>Takes the three fingerprints of <paramref name="prompt"/>.</summary>
    public static (ulong Skeleton, ulong Opening, ulong Closing) Of(PromptText prompt, ulong seed)
    {
        var hashes = prompt.Hashes;
        var kinds = prompt.Kinds;
        return hashes.Length == 0
            ? (0, 0, 0)
            : (Skeleton(hashes, kinds, seed), Opening(hashes, kinds, seed), Closing(hashes, kinds, seed));
    }

    private static ulong Skeleton(ReadOnlySpan<ulong> hashes, ReadOnlySpan<WordKind> kinds, ulong seed)
    {
        var frame = seed;
        var start = 0;
        while (start < hashes.Length)
        {
            var end = start + 1;
            while (end < hashes.Length && (kinds[end] & WordKind.LineStart) == 0)
            {
                end++;
            }

            frame = KeyedHash.Fold(frame, Line(hashes[start..end], kinds[start..end]));
            start = end;
        }

        return frame | 1;
    }

    private static ulong Line(ReadOnlySpan<ulong> hashes, ReadOnlySpan<WordKind> kinds)
    {
        var frame = 0UL;
        var most = hashes.Length > LongestFrameLine ? FrameOfLongLine : hashes.Length;
        for (var i = 0; i < most; i++)
        {
            if ((kinds[i] & WordKind.Slot) == 0)
            {
                frame = KeyedHash.Fold(frame, hashes[i]);
            }

            if ((kinds[i] & WordKind.Label) != 0 && i < 4)
            {
                break;   // "Question: …": the label is the frame, the rest of the line its slot
            }
        }

        return frame;
    }

    /// <summary>The first sentence, or the instruction before the first colon: a wrapper's is always the same, a task's is its own.</summary>
    private static ulong Opening(ReadOnlySpan<ulong> hashes, ReadOnlySpan<WordKind> kinds, ulong seed)
    {
        var opening = seed + 1;
        var most = Math.Min(hashes.Length, MostOpening);
        for (var i = 0; i < most; i++)
        {
            if (i >= LeastOpening && ((kinds[i] & WordKind.LineStart) != 0 || (kinds[i - 1] & WordKind.Stop) != 0))
            {
                break;
            }

            opening = KeyedHash.Fold(opening, (kinds[i] & (WordKind.Number | WordKind.Quoted)) != 0 ? 0 : hashes[i]);
        }

        return opening | 1;
    }

    private static ulong Closing(ReadOnlySpan<ulong> hashes, ReadOnlySpan<WordKind> kinds, ulong seed)
    {
        var start = hashes.Length - 1;
        while (start > 0 && hashes.Length - start < ClosingWords && (kinds[start] & WordKind.LineStart) == 0 && (kinds[start - 1] & WordKind.Stop) == 0)
        {
            start--;
        }

        var closing = seed + 2;
        for (var i = start; i < hashes.Length; i++)
        {
            closing = KeyedHash.Fold(closing, (kinds[i] & WordKind.Number) != 0 ? 0 : hashes[i]);
        }

        return closing | 1;
    }
}
