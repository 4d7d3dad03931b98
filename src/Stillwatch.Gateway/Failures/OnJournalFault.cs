namespace Stillwatch.Gateway.Failures;

/// <summary>What is done with an exchange that cannot be put on record.</summary>
public enum OnJournalFault
{
    /// <summary>It is answered, and counted as lost; refused for accounts that are flagged.</summary>
    OpenUnlessFlagged,

    /// <summary>It is answered, and counted as lost.</summary>
    Open,

    /// <summary>It is refused.</summary>
    Closed,
}
