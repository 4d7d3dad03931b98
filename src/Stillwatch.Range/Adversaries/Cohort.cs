using Stillwatch.Range.World;

namespace Stillwatch.Range.Adversaries;

/// <summary>Accounts of a campaign that go about it in one way, and what came of it.</summary>
/// <param name="tactics">The way.</param>
internal sealed class Cohort(Tactics tactics)
{
    /// <summary>The way.</summary>
    public Tactics Tactics => tactics;

    /// <summary>Accounts that are not stopped, as far as the campaign knows.</summary>
    public List<Account> Live { get; } = [];

    /// <summary>Accounts that were made.</summary>
    public int Made { get; set; }

    /// <summary>Accounts that were stopped.</summary>
    public int Stopped { get; set; }

    /// <summary>Answers to tasks that it got.</summary>
    public long Useful { get; set; }

    /// <summary>What it spent, in dollars.</summary>
    public decimal Spent { get; set; }

    /// <summary>Requests that are due and not sent yet.</summary>
    public double Owed { get; set; }

    /// <summary>Whose turn it is.</summary>
    public int Turn { get; set; }

    /// <summary>What an answer cost, in dollars; a lot where there was none.</summary>
    public double CostOfAnswer => Useful == 0 ? 1e6 + (double)Spent : (double)Spent / Useful;
}
