using Stillwatch.Sketches;

namespace Stillwatch.Features;

/// <summary>Fingerprints of what stays when a prompt's slots are taken out: the skeleton, the opening and the closing.</summary>
internal static class Templates
{
    private const int LeastOpening = 3; // words; "Hi!" and "Question:" open nothing by themselves
    private const int MostOpening = 16; // words; characters of Chinese are words too
    private const int ClosingWords = 24; // one instruction at the end; a longer last line is a document
    private const int LongestFrameLine = 28; // words; a longer line is a document, of which only the first words belong to a frame
    private const int FrameOfLongLine = 6;

    /// <summary>
    /// Takes the three fingerprints of <paramref name="prompt"/>, in which <paramref name="elicited"/> phrases of elicitation begin.
    /// </summary>
    public static (ulong Skeleton, ulong Opening, ulong Closing) Of(
        PromptText prompt,
        ReadOnlySpan<(int At, Elicitation Kind)> elicited,
        ulong seed
    )
    {
        var hashes = prompt.Hashes;
        var kinds = prompt.Kinds;
        if (hashes.Length == 0)
        {
            return (0, 0, 0);
        }

        var task = TaskStart(kinds, elicited);
        return (Skeleton(hashes[task..], kinds[task..], seed), Opening(hashes[task..], kinds[task..], seed), Closing(hashes, kinds, seed));
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
                break; // "Question: …": the label is the frame, the rest of the line its slot
            }
        }

        return frame;
    }

    /// <summary>
    /// Where the task begins: behind sentences that only say how to answer (they elicit reasoning). Set in front of a task, they make no
    /// template of it.
    /// </summary>
    private static int TaskStart(ReadOnlySpan<WordKind> kinds, ReadOnlySpan<(int At, Elicitation Kind)> elicited)
    {
        var start = 0;
        var end = SentenceEnd(kinds, start);
        while (end < kinds.Length && ElicitsReasoning(elicited, start, end))
        {
            (start, end) = (end, SentenceEnd(kinds, end));
        }

        return start;
    }

    /// <summary>
    /// The first sentence, or the instruction before the first colon: a wrapper's is always the same, a task's is its own.
    /// </summary>
    private static ulong Opening(ReadOnlySpan<ulong> hashes, ReadOnlySpan<WordKind> kinds, ulong seed)
    {
        var opening = seed + 1;
        var end = Math.Min(SentenceEnd(kinds, 0), MostOpening);
        for (var i = 0; i < end; i++)
        {
            opening = KeyedHash.Fold(opening, (kinds[i] & (WordKind.Number | WordKind.Quoted)) != 0 ? 0 : hashes[i]);
        }

        return opening | 1;
    }

    /// <summary>
    /// Where the sentence that begins at <paramref name="start"/> ends: at a stop or a line's end, after three words at the least.
    /// </summary>
    private static int SentenceEnd(ReadOnlySpan<WordKind> kinds, int start)
    {
        var at = Math.Min(kinds.Length, start + LeastOpening);
        while (at < kinds.Length && (kinds[at] & WordKind.LineStart) == 0 && (kinds[at - 1] & WordKind.Stop) == 0)
        {
            at++;
        }

        return at;
    }

    private static bool ElicitsReasoning(ReadOnlySpan<(int At, Elicitation Kind)> elicited, int start, int end)
    {
        foreach (var (at, kind) in elicited)
        {
            if (at >= start && at < end && (kind & (Elicitation.Reasoning | Elicitation.PostHocReasoning)) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private static ulong Closing(ReadOnlySpan<ulong> hashes, ReadOnlySpan<WordKind> kinds, ulong seed)
    {
        var start = hashes.Length - 1;
        while (
            start > 0
            && hashes.Length - start < ClosingWords
            && (kinds[start] & WordKind.LineStart) == 0
            && (kinds[start - 1] & WordKind.Stop) == 0
        )
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
