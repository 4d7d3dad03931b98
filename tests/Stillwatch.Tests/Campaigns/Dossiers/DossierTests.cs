using Stillwatch.Campaigns.Dossiers;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Dossiers;

public sealed class DossierTests
{
    [Fact]
    public void Assess_WhenManyAccountsWalkFreshTasks_ThenItIsALab() =>
        Assert.Equal(
            Verdict.Lab,
            Of(8, verified: false, (ref ExchangeFeatures f, int i) =>
                {
                    f.Body = (ulong)i + 1;
                    f.Skeleton = (ulong)i + 1;
                    f.Temperature = 70;
                    f.Elicitation = i % 2 == 0 ? Elicitation.Reasoning : Elicitation.None;
                })
                .Assess(Calibration.None)
                .Verdict
        );

    [Fact]
    public void Assess_WhenOneAccountAsksOneListOfTwoModelsAtTemperatureZero_ThenItIsAnEvaluation() =>
        Assert.Equal(
            Verdict.Evaluation,
            Of(1, verified: false, (ref ExchangeFeatures f, int i) =>
                {
                    f.At = new EventTime(Samples.Start.Micros + i * EventTime.Second);
                    f.Body = (ulong)(i / 2) + 1;
                    f.Skeleton = (ulong)(i / 2) + 1;
                    f.Model = (ulong)(i % 2) + 1;
                })
                .Assess(Calibration.None)
                .Verdict
        );

    [Fact]
    public void Assess_WhenAVerifiedCustomerFillsOneFrame_ThenItIsHonestBulk() =>
        Assert.Equal(
            Verdict.HonestBulk,
            Of(1, verified: true, (ref ExchangeFeatures f, int i) =>
                {
                    f.Body = (ulong)i + 1;
                    f.Skeleton = 1;
                    f.System = 1;
                    f.Temperature = 20;
                    f.InputTokens = 4_000;
                })
                .Assess(Calibration.None)
                .Verdict
        );

    [Fact]
    public void Assess_WhenManyEndUsersConverse_ThenItIsAReseller() =>
        Assert.Equal(
            Verdict.Reseller,
            Of(1, verified: false, (ref ExchangeFeatures f, int i) =>
                {
                    f.Body = (ulong)i + 1;
                    f.Skeleton = (ulong)i + 1;
                    f.EndUser = (ulong)(i % 40) + 1;
                    f.Temperature = 100;
                    f.Traits = i % 3 == 0 ? ExchangeTraits.FollowUp : ExchangeTraits.None;
                })
                .Assess(Calibration.None)
                .Verdict
        );

    [Fact]
    public void Assess_WhenNothingLeads_ThenItIsUnknown() =>
        Assert.Equal(Verdict.Unknown, Assessment.Of([new(Verdict.Lab, 6, "", ""), new(Verdict.Reseller, 4, "", "")]).Verdict);

    [Fact]
    public void Taken_WhenDaysAndCapabilitiesDiffer_ThenEachIsCountedWhereItBelongs()
    {
        var dossier = Of(1, verified: false, (ref ExchangeFeatures f, int i) =>
            f.Traits = i < 100 ? ExchangeTraits.Code : ExchangeTraits.HasTools
        );
        Assert.Equal(100, dossier.Taken.ByCapability[1].Exchanges);
        Assert.Equal(200, dossier.Taken.ByCapability[2].Exchanges);
        var behaviour = new Behaviour();
        var days = dossier.Taken.Days(behaviour).ToList();
        Assert.Equal(5, days.Count);
        Assert.Equal(300, days.Sum(day => day.Exchanges));
    }

    [Fact]
    public void HashSample_WhenMoreComeThanItKeeps_ThenItEstimatesHowManyThereWere()
    {
        var sample = new HashSample<long>(1_000);
        for (ulong i = 1; i <= 50_000; i++)
        {
            sample.Add(Stillwatch.Sketches.KeyedHash.Mix(i), times => times + 1);
        }

        Assert.InRange(sample.Kept, 1, 1_000);
        Assert.InRange(sample.Distinct, 40_000, 60_000);
    }

    private static Dossier Of(int accounts, bool verified, Samples.Change change)
    {
        var dossier = new Dossier(Enumerable.Range(0, accounts).ToDictionary(number => number, _ => verified));
        foreach (var features in Samples.Stream(300, change))
        {
            dossier.Observe(features);
        }

        return dossier;
    }
}
