namespace Stillwatch.Countermeasures;

/// <summary>What became of a countermeasure.</summary>
public enum MeasureState
{
    /// <summary>It waits for people.</summary>
    Proposed,

    /// <summary>It was decided: it acts between its beginning and its end.</summary>
    Decided,

    /// <summary>Somebody said no.</summary>
    Rejected,

    /// <summary>It was taken back.</summary>
    Undone,
}
