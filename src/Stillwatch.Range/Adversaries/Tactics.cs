using Stillwatch.Range.World;

namespace Stillwatch.Range.Adversaries;

/// <summary>How a campaign goes about it: the levers that it has, each of which costs something and hides something.</summary>
internal sealed record Tactics
{
    /// <summary>Exchanges a day of one account; 0 where the campaign's own plan decides.</summary>
    public double PerAccountDay { get; init; } = 25.6;

    /// <summary>Accounts on one card; 1 for a fresh one each, 0 for free trials.</summary>
    public int AccountsOnCard { get; init; } = 20;

    /// <summary>Accounts that are made within one hour.</summary>
    public int SignUpBatch { get; init; } = 25;

    /// <summary>The network.</summary>
    public Place Place { get; init; } = Place.Pool;

    /// <summary>Accounts behind one pool of servers.</summary>
    public int AccountsOnPool { get; init; } = 50;

    /// <summary>Whether accounts use the programs that customers use, with their habits; the campaign's own otherwise.</summary>
    public bool MimicsClients { get; init; }

    /// <summary>When it asks.</summary>
    public Rhythm Rhythm { get; init; } = Rhythm.Balanced;

    /// <summary>What stands around a task.</summary>
    public Wrapping Wrapping { get; init; } = Wrapping.StepByStep;

    /// <summary>The share of tasks that are wrapped; the rest are plain.</summary>
    public double Wrapped { get; init; } = 0.3;

    /// <summary>Ordinary conversations, as a share of all that is asked.</summary>
    public double Cover { get; init; }

    /// <summary>Whether stopped accounts are replaced.</summary>
    public bool Replaces { get; init; }

    /// <summary>Whether half of the traffic moves to a new model within a day.</summary>
    public bool Pivots { get; init; }

    /// <summary>Hours of work to set it up.</summary>
    public double SetUpHours { get; init; } = 40;
}
