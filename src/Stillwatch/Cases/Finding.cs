namespace Stillwatch.Cases;

/// <summary>What a case was closed with. Words are on disk, and never change meaning.</summary>
public enum Finding
{
    /// <summary>It was what it looked like.</summary>
    Confirmed = 0,

    /// <summary>Honest customers: they were wronged by the suspicion, and whoever measures false alarms counts them.</summary>
    Honest = 1,

    /// <summary>It could not be told.</summary>
    Undetermined = 2,

    /// <summary>The key was stolen.</summary>
    StolenKey = 3,

    /// <summary>It is worked on in another case.</summary>
    Duplicate = 4,
}
