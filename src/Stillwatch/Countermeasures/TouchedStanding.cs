namespace Stillwatch.Countermeasures;

/// <summary>What people found of an account before.</summary>
public enum TouchedStanding
{
    /// <summary>Nobody found anything yet.</summary>
    Unknown,

    /// <summary>A case that it is in was closed as honest, or its appeal was granted.</summary>
    ConfirmedHonest,

    /// <summary>A case that it is in was closed as confirmed.</summary>
    ConfirmedCampaign,
}
