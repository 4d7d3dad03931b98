namespace Stillwatch.Range.House.Serving;

/// <summary>What of its reasoning the model server hands out.</summary>
internal enum Exposure
{
    /// <summary>All of it, as <c>reasoning_content</c>.</summary>
    Full,

    /// <summary>How long it was, and no more.</summary>
    Summarised,

    /// <summary>Nothing; it is counted in the usage.</summary>
    Withheld,
}
