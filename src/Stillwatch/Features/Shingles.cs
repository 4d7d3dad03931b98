using Stillwatch.Sketches;

namespace Stillwatch.Features;

/// <summary>
/// Bottom-k of the prompt's three-word shingles (Broder, "On the resemblance and containment of documents", 1997, section 4).
/// </summary>
internal static class Shingles
{
    /// <summary>
    /// The smallest shingle hashes of <paramref name="prompt"/>, ascending; unused places are <see cref="uint.MaxValue"/>.
    /// </summary>
    public static ExchangeFeatures.ShingleSet Of(PromptText prompt)
    {
        ExchangeFeatures.ShingleSet kept = default;
        for (var i = 0; i < ExchangeFeatures.ShingleCount; i++)
        {
            kept[i] = uint.MaxValue;
        }

        var hashes = prompt.Hashes;
        for (var i = 2; i < hashes.Length; i++)
        {
            var shingle = (uint)(KeyedHash.Mix(hashes[i - 2] + hashes[i - 1] * 3 + hashes[i] * 7) >> 32);
            if (shingle < kept[ExchangeFeatures.ShingleCount - 1])
            {
                Insert(ref kept, shingle);
            }
        }

        return kept;
    }

    private static void Insert(ref ExchangeFeatures.ShingleSet kept, uint shingle)
    {
        var at = ExchangeFeatures.ShingleCount - 1;
        for (var i = 0; i < ExchangeFeatures.ShingleCount; i++)
        {
            if (kept[i] == shingle)
            {
                return;
            }

            if (kept[i] > shingle)
            {
                at = i;
                break;
            }
        }

        for (var i = ExchangeFeatures.ShingleCount - 1; i > at; i--)
        {
            kept[i] = kept[i - 1];
        }

        kept[at] = shingle;
    }
}
