namespace Stillwatch.Signals;

/// <summary>What a campaign or an account is taken for. Numbers never change meaning.</summary>
public enum Verdict
{
    /// <summary>Nothing is clearly more likely than all else.</summary>
    Unknown = 0,

    /// <summary>Somebody who copies the model.</summary>
    Lab = 1,

    /// <summary>Somebody who sells access on, with customers of their own behind it; a harvest may hide among them.</summary>
    Reseller = 2,

    /// <summary>Somebody who measures models.</summary>
    Evaluation = 3,

    /// <summary>A customer's own job: many documents, one frame; or data made under contract.</summary>
    HonestBulk = 4,
}
