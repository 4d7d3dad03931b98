using Stillwatch.Sketches;

namespace Stillwatch.Features;

/// <summary>Cuts the items of a corpus into words, just as prompts are cut.</summary>
public static class CorpusWords
{
    /// <summary>By text (UTF-8) the hashes of its words under <see cref="KeyedHash.ForScan"/>.</summary>
    public static IEnumerable<ulong[]> Of(IEnumerable<byte[]> texts)
    {
        var words = new PromptText();
        foreach (var text in texts)
        {
            words.Read(text, KeyedHash.ForScan.Seed);
            yield return words.Hashes.ToArray();
        }
    }
}
