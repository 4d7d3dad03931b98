using Stillwatch.App.Trials.Evaluation;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Signals;
using Stillwatch.Tests.Structure;
using Xunit;

namespace Stillwatch.Tests.App.Trials.Evaluation;

public sealed class EvaluationTests
{
    private static readonly LabelledStream Demo = LabelledStream.Read(Path.Combine(Tree.Root, "samples", "demo"), reader => reader.Read());

    [Fact]
    public void Cell_WhenTheDemoIsEvaluated_ThenItsLabIsFoundAndNobodyElse()
    {
        var cell = Cell.Of(Demo, new Variant("as it is", "as it is"), CalibrationFile.Load(null), WatchRules.Default);
        Assert.Equal(0, cell.Score.FalsePositiveRate.Value);
        Assert.Equal(1, cell.Score.DetectionRate.Value);
        Assert.Equal(1, cell.Tied.Value);
    }

    [Fact]
    public void Cell_WhenAllFamiliesAreHidden_ThenNothingTies() =>
        Assert.Equal(
            0,
            Cell.Of(
                Demo,
                new Variant("none", "none") { Hidden = Enum.GetValues<LinkFamily>() },
                CalibrationFile.Load(null),
                WatchRules.Default
            ).Tied.Value
        );

    [Fact]
    public void Make_WhenSlower_ThenDistillersLoseExchangesAndNobodyElseDoes()
    {
        var made = VariantToStream.Make(Demo, new Variant("slower", "slowed") { Slower = 2 });
        Assert.Equal(Honest(Demo.Exchanges), Honest(made));
        Assert.InRange(
            made.Count - Honest(made),
            (Demo.Exchanges.Count - Honest(Demo.Exchanges)) * 0.48,
            (Demo.Exchanges.Count - Honest(Demo.Exchanges)) * 0.52
        );
    }

    [Fact]
    public void Make_WhenDiluted_ThenTheAttackIsThatShareAndTimeGoesForward()
    {
        var made = VariantToStream.Make(Demo, new Variant("diluted", "diluted") { Attack = 0.25 });
        Assert.Equal(Demo.Exchanges.Count, made.Count); // cover takes the place of the attack
        var attacks = Demo
            .Exchanges.Where(exchange => Demo.CampaignOf(exchange.Account) != null)
            .Select(exchange => (exchange.Account, exchange.Features.Body, exchange.Features.At))
            .ToHashSet();
        Assert.Equal(
            attacks.Count * 0.25,
            made.Count(exchange => attacks.Contains((exchange.Account, exchange.Features.Body, exchange.Features.At))),
            attacks.Count * 0.01
        );
        Assert.All(made.Zip(made.Skip(1)), pair => Assert.True(pair.First.Features.At <= pair.Second.Features.At));
        var bodies = Demo
            .Exchanges.Where(exchange => Demo.CampaignOf(exchange.Account) == null)
            .Select(exchange => exchange.Features.Body)
            .ToHashSet();
        Assert.DoesNotContain(made, exchange => Demo.CampaignOf(exchange.Account) != null && bodies.Contains(exchange.Features.Body));
    }

    [Fact]
    public void Make_WhenCrossed_ThenTheSameIsAskedByOthers()
    {
        var made = VariantToStream.Make(Demo, new Variant("crossed", "crossed") { Crossed = true });
        Assert.Equal(
            Demo.Exchanges.Select(exchange => exchange.Features.Body).Order(),
            made.Select(exchange => exchange.Features.Body).Order()
        );
        Assert.NotEqual(Demo.Exchanges.Select(exchange => exchange.Features.Body), made.Select(exchange => exchange.Features.Body));
    }

    [Fact]
    public void Report_WhenWritten_ThenItIsOnePageWithPlotsAndTheBaselines()
    {
        var calibration = CalibrationFile.Load(null);
        var plain = new Variant("as it is", "as it is");
        var (watch, numbers, _) = Cell.Watch(Demo, plain, calibration, WatchRules.Default);
        var all = new[]
        {
            new Evaluated(
                Demo,
                [Cell.Of(Demo, plain, calibration, WatchRules.Default)],
                BaselineScores.Of(Demo, watch, numbers),
                VerdictTable.Of(Demo, watch, numbers, calibration)
            ),
        };
        using var page = new MemoryStream();
        EvaluationReport.Write(all, calibration.Provenance, page);
        var text = System.Text.Encoding.UTF8.GetString(page.ToArray());
        Assert.Contains("<svg", text, StringComparison.Ordinal);
        Assert.Contains("PRADA", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.True(all[0].Baselines[0].Auroc > all[0].Baselines.Skip(1).Max(baseline => baseline.Auroc) - 0.2);
        Assert.Contains(all[0].Verdicts, row => row.True == "campaign found" && row.Counts.ContainsKey(Verdict.Lab));
    }

    private static int Honest(IReadOnlyList<AccountExchange> exchanges) =>
        exchanges.Count(exchange => Demo.CampaignOf(exchange.Account) == null);
}
