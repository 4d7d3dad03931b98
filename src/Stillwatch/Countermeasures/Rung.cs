namespace Stillwatch.Countermeasures;

/// <summary>
/// A rung of the ladder: what is done to exchanges of a subject, from nothing at all to refusing all of them. Numbers and words are on
/// disk, and never change meaning.
/// </summary>
public enum Rung
{
    /// <summary>Nothing but watching; it stands in the record that somebody decided so.</summary>
    Observe = 0,

    /// <summary>The exchange carries a tag in the record, and to the model server.</summary>
    Tag = 1,

    /// <summary>Requests wait before they are passed on.</summary>
    Slow = 2,

    /// <summary>Log-probabilities, reasoning and their like are taken out of requests and answers; the answer says so.</summary>
    Strip = 3,

    /// <summary>The customer is told, with a deadline.</summary>
    Warn = 4,

    /// <summary>The customer is asked to verify; requests are refused until then.</summary>
    StepUp = 5,

    /// <summary>Fewer capabilities, models or requests a minute.</summary>
    Restrict = 6,

    /// <summary>Requests are refused, and say why and how to appeal.</summary>
    Refuse = 7,

    /// <summary>Another model answers, and the answer names it.</summary>
    FallBack = 8,

    /// <summary>Answers are marked, so that a student of them can be told. Marks come with a later issue: nothing is done yet.</summary>
    Mark = 9,

    /// <summary>A key is taken back: one that was stolen is not its customer's guilt.</summary>
    RevokeKey = 10,

    /// <summary>All requests of the account are refused.</summary>
    Suspend = 11,
}
