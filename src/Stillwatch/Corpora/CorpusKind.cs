namespace Stillwatch.Corpora;

/// <summary>What a corpus is for. Numbers never change meaning.</summary>
public enum CorpusKind : byte
{
    /// <summary>A public benchmark: whoever asks all of it measures a model.</summary>
    Benchmark = 1,

    /// <summary>A public set of instructions: whoever asks all of it makes training data.</summary>
    SeedSet = 2,
}
