using Stillwatch.Campaigns.Readings;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Signals;
using Stillwatch.Statistics;

namespace Stillwatch.Campaigns.Subjects;

/// <summary>What the subjects of one watch are weighed by, and how their links' states lie.</summary>
internal sealed class WatchScale
{
    /// <summary>The links, in the order of their states.</summary>
    public static readonly Link[] Links = [.. Link.All];

    /// <summary>The numbers of the graded ones.</summary>
    public static readonly int[] GradedLinks = [.. Enumerable.Range(0, Links.Length).Where(link => Links[link].Graded)];

    /// <summary>Takes what <paramref name="calibration"/> knows.</summary>
    public WatchScale(Calibration calibration)
    {
        ByAccount = [.. Detector.All.Select(detector => calibration.ByAccount.GetValueOrDefault(detector.Id))];
        ByVerifiedAccount =
        [
            .. Detector.All.Select((detector, i) => calibration.ByVerifiedAccount.GetValueOrDefault(detector.Id) ?? ByAccount[i]),
        ];
        Statistic = new GroupStatistic(calibration.Levels);
        Ordinary =
        [
            .. Detector.All.Select(detector =>
                calibration.Levels.Ordinary.TryGetValue(detector.Id, out var ordinary) ? ordinary : new(0, double.PositiveInfinity, 0)
            ),
        ];
        Grades = [.. Links.Select(link => link.Graded ? calibration.LinkGrades.GetValueOrDefault(link.Id.ToString()) : null)];
        LinkOffsets = new int[Links.Length + 1];
        for (var i = 0; i < Links.Length; i++)
        {
            LinkOffsets[i + 1] = LinkOffsets[i] + Links[i].Size;
        }
    }

    /// <summary>By detector, what an account's statistic is held against; null where nothing is known.</summary>
    public NullDistribution?[] ByAccount { get; }

    /// <summary>By detector, the same for an account that the provider has verified.</summary>
    public NullDistribution?[] ByVerifiedAccount { get; }

    /// <summary>What a group is read by.</summary>
    public GroupStatistic Statistic { get; }

    /// <summary>By detector, what ordinary accounts come to.</summary>
    public Ordinary[] Ordinary { get; }

    /// <summary>By link, how alike honest accounts and sets come; null where it is not graded or nothing is known of it.</summary>
    public LinkGrade?[] Grades { get; }

    /// <summary>Where each link's state begins in an account's; the last is their length.</summary>
    public int[] LinkOffsets { get; }

    /// <summary>The state of link number <paramref name="link"/> in a subject's <paramref name="states"/>.</summary>
    public Span<byte> StateOf(int link, byte[] states) => states.AsSpan(LinkOffsets[link], Links[link].Size);
}
