using Stillwatch.Signals;

namespace Stillwatch.Campaigns;

/// <summary>What the subjects of one watch are weighed by, and how their links' states lie.</summary>
internal sealed class WatchScale
{
    /// <summary>The links, in the order of their states.</summary>
    public static readonly Link[] Links = [.. Link.All];

    /// <summary>Takes what <paramref name="calibration"/> knows.</summary>
    public WatchScale(Calibration calibration)
    {
        ByAccount = [.. Detector.All.Select(detector => calibration.ByAccount.GetValueOrDefault(detector.Id))];
        ByGroup = [.. Detector.All.Select(detector => calibration.ByGroup.GetValueOrDefault(detector.Id))];
        ByAccountsOfGroup = [.. Detector.All.Select(detector => calibration.ByAccountsOfGroup.GetValueOrDefault(detector.Id))];
        Ordinary = [.. ByAccount.Select(distribution => distribution == null ? new Ordinary(0, double.PositiveInfinity) : new Ordinary(distribution.Median, distribution.AtOrOver(0.02)))];
        LinkOffsets = new int[Links.Length + 1];
        for (var i = 0; i < Links.Length; i++)
        {
            LinkOffsets[i + 1] = LinkOffsets[i] + Links[i].Size;
        }
    }

    /// <summary>By detector, what an account's statistic is held against; null where nothing is known.</summary>
    public NullDistribution?[] ByAccount { get; }

    /// <summary>By detector, the same for a group's merged profile.</summary>
    public NullDistribution?[] ByGroup { get; }

    /// <summary>By detector, the same for a group's accounts together.</summary>
    public NullDistribution?[] ByAccountsOfGroup { get; }

    /// <summary>By detector, what ordinary accounts come to.</summary>
    public Ordinary[] Ordinary { get; }

    /// <summary>Where each link's state begins in an account's; the last is their length.</summary>
    public int[] LinkOffsets { get; }
}
