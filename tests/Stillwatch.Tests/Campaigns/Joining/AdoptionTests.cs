using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Links;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Signals.Detectors;
using Stillwatch.Statistics;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Joining;

/// <summary>
/// A job on many accounts that share nothing, one of of which is a lead, among customers who each do something of their own.
/// </summary>
public sealed class AdoptionTests
{
    private const int Customers = 120,
        Others = 30;
    private readonly Random _random = new(5);

    [Fact]
    public void LookAround_WhenManyAreLikeALead_ThenTheyAreOneGroupWithIt_WhichOneLeadAloneDoesNotFlag()
    {
        var watch = Watched(Others);
        Lead(watch, Customers);
        Look(watch);
        var group = Assert.Single(watch.Candidates);
        Assert.True(group.Accounts.Count > 0.9 * Others, $"{group.Accounts.Count} of {Others}");
        Assert.All(group.Accounts, number => Assert.True(number >= Customers));
        Assert.Contains(watch.TiesBetween(Customers, group.Accounts.Max()), tie => tie.Link.Id == SeedSetPartition.Id); // and why can be said
        Assert.Empty(watch.Flagged); // what they did together is not known to be rare: this calibration knows no groups
        Assert.All(watch.Accounts, account => Assert.Null(account.FlaggedAt));
    }

    [Fact]
    public void LookAround_WhenItIsTheFirstThingAfterARestart_ThenTheBeliefsAreThoseWithoutOne()
    {
        var watch = Watched(Others);
        Lead(watch, Customers);
        using var saved = new MemoryStream();
        using (var writer = new BinaryWriter(saved, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            watch.Save(writer);
        }

        saved.Position = 0;
        var again = new Watch(Calibration(), WatchRules.Default);
        using (var reader = new BinaryReader(saved))
        {
            Assert.True(again.Load(reader));
        }

        Look(watch);
        Look(again);
        var (before, after) = (Assert.Single(watch.Candidates), Assert.Single(again.Candidates));
        Assert.Equal((before.Id, before.Readings.Statistic), (after.Id, after.Readings.Statistic));
        Assert.Equal(before.Accounts.Order(), after.Accounts.Order());
    }

    [Fact]
    public void LookAround_WhenNobodyIsALead_ThenNobodyIsJoined()
    {
        var watch = Watched(Others);
        Look(watch);
        Assert.Empty(watch.Candidates);
    }

    [Fact]
    public void LookAround_WhenAStrangerIsALead_ThenNobodyIsJoinedToIt()
    {
        var watch = Watched(Others);
        Lead(watch, 3);
        Look(watch);
        Assert.Empty(watch.Candidates);
    }

    [Fact]
    public void LookAround_WhenOneAloneIsLikeIt_ThenItMayBeAStranger()
    {
        var watch = Watched(others: 2);
        Lead(watch, Customers);
        Look(watch);
        Assert.Empty(watch.Candidates);
    }

    /// <summary>
    /// One pair of honest accounts in 400 is as alike as these are, and one honest account in 100 goes as far: neither alone ties or flags
    /// anybody.
    /// </summary>
    private static Calibration Calibration()
    {
        var pairs = NullDistribution.Of([.. Enumerable.Range(0, 2_000).Select(i => i < 1_996 ? -1.0 : 20 + i)]);
        var own = NullDistribution.Of([.. Enumerable.Range(0, 200).Select(i => i < 199 ? 0.0 : 1e6)]);
        return Stillwatch.Signals.Calibration.None with
        {
            Accounts = 100,
            ByAccount = new Dictionary<DetectorId, NullDistribution> { [SeedSetWalk.Id] = own, [NoConversation.Id] = own },
            LinkGrades = new Dictionary<string, LinkGrade>(StringComparer.Ordinal) { [SeedSetPartition.Id.ToString()] = new(pairs, pairs) },
        };
    }

    private Watch Watched(int others)
    {
        var watch = new Watch(Calibration(), WatchRules.Default);
        List<(int Account, ExchangeFeatures Features)> all = [];
        for (var account = 0; account < Customers + others; account++)
        {
            watch.Add(default);
            var job = account >= Customers;
            var (words, language, topic) = job
                ? (300, Language.English, 1)
                : (_random.Next(5, 900), (Language)_random.Next(1, 11), account);
            for (var i = 0; i < 30; i++)
            {
                var body = job ? (ulong)_random.NextInt64() : (ulong)(account * 40 + i % 6 + 1); // customers ask the same again
                all.Add((account, Exchange(_random.Next(20 * 24), body, words + _random.Next(40), language, topic, followUp: !job)));
            }
        }

        foreach (var (account, features) in all.OrderBy(one => one.Features.At.Micros).ThenBy(one => one.Account))
        {
            watch.Observe(account, features);
        }

        watch.CloseTick();
        Assert.Empty(watch.Flagged);
        return watch;
    }

    private static void Lead(Watch watch, int account) => watch.Accounts[account].LeadAt = Samples.Start;

    /// <summary>Somebody asks something two days later.</summary>
    private static void Look(Watch watch)
    {
        watch.Observe(0, Exchange(22 * 24, body: 1, words: 9, Language.English, topic: 0, followUp: true));
        watch.CloseTick();
    }

    internal static ExchangeFeatures Exchange(int hour, ulong body, int words, Language language, int topic, bool followUp)
    {
        var features = new ExchangeFeatures
        {
            At = new EventTime(Samples.Start.Micros + hour * EventTime.Hour),
            Body = body,
            Skeleton = body,
            Opening = body,
            Words = (ushort)words,
            OutputTokens = words,
            Language = language,
            Traits = followUp ? ExchangeTraits.FollowUp : 0,
            Elicitation = followUp ? 0 : Elicitation.Reasoning,
        };
        var direction = new Random(topic);
        for (var i = 0; i < ExchangeFeatures.TopicDimensions; i++)
        {
            features.Topic[i] = (sbyte)direction.Next(-60, 60);
        }

        return features;
    }
}
