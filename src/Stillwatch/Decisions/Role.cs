namespace Stillwatch.Decisions;

/// <summary>What a person may do. Words are on disk, and never change meaning.</summary>
[Flags]
public enum Role
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Works on cases and proposes measures and policies.</summary>
    Analyst = 1,

    /// <summary>Approves measures and policies, and answers appeals.</summary>
    Approver = 2,

    /// <summary>Proposes, reviews, approves and stages releases.</summary>
    ReleaseOwner = 4,

    /// <summary>Reads everything, and changes nothing.</summary>
    Auditor = 8,

    /// <summary>Says who may do what, and can do none of it.</summary>
    Administrator = 16,
}
