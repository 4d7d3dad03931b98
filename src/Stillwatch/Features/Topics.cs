namespace Stillwatch.Features;

/// <summary>
/// The built-in topic embedding: each content word is thrown onto a few of 32 dimensions by its hash (signed feature hashing, Weinberger
/// et al., ICML 2009, section 2), the sum is brought to unit length. Needs no model and no download.
/// </summary>
/// <remarks>Blind to meaning: synonyms are strangers. An ONNX embedder can stand in its place (see Stillwatch.App/Embedding).</remarks>
internal static class Topics
{
    private const int Unit = 127;

    /// <summary>Embeds <paramref name="prompt"/>; all zeros where it has no content words.</summary>
    public static ExchangeFeatures.TopicVector Of(PromptText prompt)
    {
        Span<int> sums = stackalloc int[ExchangeFeatures.TopicDimensions];
        sums.Clear();
        var hashes = prompt.Hashes;
        var kinds = prompt.Kinds;
        var lengths = prompt.Lengths;
        var before = 0UL;
        for (var i = 0; i < hashes.Length; i++)
        {
            if ((kinds[i] & WordKind.Character) != 0)
            {
                // Scripts without spaces: pairs of characters are the words.
                if (before != 0)
                {
                    Throw(sums, before * 31 + hashes[i], 1);
                }

                before = hashes[i];
                continue;
            }

            before = 0;
            if (lengths[i] > 3 && (kinds[i] & WordKind.Number) == 0)
            {
                Throw(sums, hashes[i], lengths[i] > 5 ? 2 : 1); // short words are mostly function words
            }
        }

        return Normalise(sums);
    }

    private static void Throw(Span<int> sums, ulong hash, int weight)
    {
        sums[(int)(hash & 31)] += (hash & 0x8000) != 0 ? weight : -weight;
        sums[(int)(hash >> 16 & 31)] += (hash & 0x80000000) != 0 ? weight : -weight;
        sums[(int)(hash >> 32 & 31)] += (hash & 0x8000_0000_0000) != 0 ? weight : -weight;
    }

    private static ExchangeFeatures.TopicVector Normalise(ReadOnlySpan<int> sums)
    {
        var squares = 0L;
        foreach (var sum in sums)
        {
            squares += (long)sum * sum;
        }

        ExchangeFeatures.TopicVector topic = default;
        if (squares > 0)
        {
            var scale = Unit / Math.Sqrt(squares);
            for (var i = 0; i < sums.Length; i++)
            {
                topic[i] = (sbyte)Math.Round(sums[i] * scale);
            }
        }

        return topic;
    }
}
