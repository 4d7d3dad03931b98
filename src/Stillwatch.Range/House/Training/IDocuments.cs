namespace Stillwatch.Range.House.Training;

/// <summary>What a model is taught.</summary>
internal interface IDocuments
{
    /// <summary>The documents of a step, without end: the same for the same seed and step.</summary>
    IEnumerable<Document> Of(ulong seed, int step);
}
