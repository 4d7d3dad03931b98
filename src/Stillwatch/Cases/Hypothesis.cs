namespace Stillwatch.Cases;

/// <summary>What may lie behind a case. Words are on disk, and never change meaning.</summary>
public enum Hypothesis
{
    /// <summary>A lab copies the model.</summary>
    Lab = 0,

    /// <summary>A reseller with honest customers of its own; a harvest may hide among them.</summary>
    Reseller = 1,

    /// <summary>Somebody measures models.</summary>
    Evaluation = 2,

    /// <summary>Work under contract, or a customer's own bulk job.</summary>
    ContractWork = 3,

    /// <summary>A stolen key: what was done is not its customer's doing.</summary>
    StolenKey = 4,
}
