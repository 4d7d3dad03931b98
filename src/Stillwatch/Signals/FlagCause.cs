namespace Stillwatch.Signals;

/// <summary>Why an account or a campaign was flagged. Numbers never change meaning.</summary>
public enum FlagCause : byte
{
    /// <summary>It was not flagged.</summary>
    None = 0,

    /// <summary>Its own requests were enough.</summary>
    Own = 1,

    /// <summary>It was in a campaign that was flagged, then or later.</summary>
    Campaign = 2,

    /// <summary>It is tied to a flagged account strongly enough.</summary>
    Tie = 3,

    /// <summary>It is a part of a flagged campaign that was divided.</summary>
    Division = 4,

    /// <summary>Its accounts draw from one source: each could stand for any other.</summary>
    Source = 5,

    /// <summary>Its accounts deal a known benchmark or set of instructions out among themselves.</summary>
    Corpus = 6,
}
