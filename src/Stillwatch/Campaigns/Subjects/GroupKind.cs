namespace Stillwatch.Campaigns.Subjects;

/// <summary>What a group of tied accounts is judged to be: each kind is held against its like among honest populations.</summary>
public enum GroupKind : byte
{
    /// <summary>Not judged yet; or no candidate, as it is explained, is not one job, or is of few that nothing ties in one hand.</summary>
    None,

    /// <summary>As many accounts as a campaign has, none of which has hours or a system prompt of its own.</summary>
    Many,

    /// <summary>Fewer accounts, which a card, an address or the like ties.</summary>
    Few,

    /// <summary>Accounts that have hours or a system prompt of their own, as people and products do, and which a card, an address or the
    /// like ties.</summary>
    Own,

    /// <summary>The same, where nothing of the kind ties them: no candidate.</summary>
    OwnApart,
}
