namespace Stillwatch.Capabilities;

/// <summary>What became of a release.</summary>
public enum ReleaseState
{
    /// <summary>It waits for a review.</summary>
    Proposed,

    /// <summary>It was reviewed and waits for approval.</summary>
    Reviewed,

    /// <summary>It was approved; no stage was begun.</summary>
    Approved,

    /// <summary>A stage is served.</summary>
    Staged,

    /// <summary>Somebody said no.</summary>
    Rejected,

    /// <summary>It was taken back: nobody has it by this release.</summary>
    RolledBack,
}
