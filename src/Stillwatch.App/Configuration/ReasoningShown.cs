namespace Stillwatch.App.Configuration;

/// <summary>What of a model's reasoning the accounts of a tier get.</summary>
internal enum ReasoningShown
{
    /// <summary>All that the model server gives.</summary>
    Full,

    /// <summary>Summaries, where the model server makes them; no raw reasoning.</summary>
    Summary,

    /// <summary>Nothing.</summary>
    None,
}
