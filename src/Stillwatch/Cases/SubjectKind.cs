namespace Stillwatch.Cases;

/// <summary>Whom a countermeasure is about. Words are on disk, and never change meaning.</summary>
public enum SubjectKind
{
    /// <summary>A customer's account.</summary>
    Account = 0,

    /// <summary>One key of an account, by its public id.</summary>
    Key = 1,

    /// <summary>An end user of an account: <c>ACCOUNT/USER</c>. The other end users are spared.</summary>
    EndUser = 2,

    /// <summary>All accounts of an organisation.</summary>
    Organisation = 3,

    /// <summary>
    /// All accounts of a campaign: those that it has when the measure is decided, and later ones where the measure says so.
    /// </summary>
    Campaign = 4,
}
