using Microsoft.ML;
using Microsoft.ML.Data;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Range;
using Stillwatch.Range.Runs;
using Stillwatch.Range.Scenarios;
using Xunit;

namespace Stillwatch.Tests.Range;

/// <summary>
/// Whether the range's text alone gives the label away: a gradient-boosted classifier on all features of a prompt's text and nothing of
/// behaviour, tried on a kind of customer and a kind of adversary that it was not trained on. Between real sources such a classifier comes
/// to 0.38 to 0.76.
/// </summary>
public sealed class SeparabilityTests
{
    private const int Rows = 400; // of a kind

    private static readonly string[] Honest =
    [
        "individual",
        "office",
        "student",
        "evaluation-harness",
        "aggregator",
        "tool-agent",
        "contract-data-generation",
        "support-app",
        "rag-app",
        "batch-pipeline",
    ];

    // The kinds whose messages are a harvest's by content, whoever sends them (rubrics, self-instruct, coercion), are told from all others
    // by the phrases that they need.
    private static readonly string[] Plain =
    [
        "bulk",
        "hydra",
        "slow-thousand",
        "paraphrase-and-persona",
        "template-randomiser",
        "client-mimic",
        "benchmark-disguise",
    ];

    private sealed class Row
    {
        public bool Label { get; set; }

        [VectorType(TextOf.Length)]
        public float[] Text { get; set; } = [];
    }

    private sealed class Told
    {
        public float Score { get; set; }
    }

    private static class TextOf
    {
        public const int Length = 32 + 2 + 12 + 8 + 12 + 64;

        public static float[] Take(in ExchangeFeatures features)
        {
            var text = new float[Length];
            var at = 0;
            for (; at < ExchangeFeatures.TopicDimensions; at++)
            {
                text[at] = features.Topic[at] / 127f;
            }

            text[at++] = MathF.Log(1 + features.Words);
            text[at++] = features.Words;
            text[at + (int)features.Language] = 1;
            at += 12;
            for (var kind = 0; kind < 8; kind++)
            {
                text[at++] = (int)features.Elicitation >> kind & 1;
            }

            text[at + features.Form.Ending % 12] = 1;
            at += 12;
            text[at + features.Form.FirstWord / 2 % 64] = 1;
            text[at + features.Form.SecondWord / 2 % 64] = 1;

            return text;
        }
    }

    [Fact]
    public void Text_WhenAKindIsLeftOut_ThenItDoesNotGiveTheLabelAway()
    {
        var honest = Honest.ToDictionary(
            role => role,
            role => Texts(SmallRange.Of(role, role is "individual" or "office" or "student" ? 200 : 8, days: 31))
        );
        var adversaries = Plain.ToDictionary(kind => kind, kind => Texts(SmallRange.Campaign(kind, exchanges: 900)));
        List<double> areas = [];
        for (var i = 0; i < Honest.Length; i++)
        {
            var (role, kind) = (Honest[i], Plain[i % Plain.Length]);
            var train = honest
                .Where(one => one.Key != role)
                .SelectMany(one => one.Value.Select(text => new Row { Text = text }))
                .Concat(
                    adversaries
                        .Where(one => one.Key != kind)
                        .SelectMany(one => one.Value.Select(text => new Row { Text = text, Label = true }))
                );
            var test = honest[role]
                .Select(text => new Row { Text = text })
                .Concat(adversaries[kind].Select(text => new Row { Text = text, Label = true }));
            areas.Add(Area([.. train], [.. test]));
            TestContext.Current.TestOutputHelper?.WriteLine($"{role} and {kind} left out: {areas[^1]:0.00}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"median {areas.Order().ElementAt(areas.Count / 2):0.00}, least {areas.Min():0.00}, most {areas.Max():0.00}"
        );
        Assert.InRange(areas.Order().ElementAt(areas.Count / 2), 0.35, 0.85);
    }

    private static List<float[]> Texts(Scenario scenario)
    {
        var stage = SmallRange.Set(scenario);
        var timeline = new Timeline(stage.World, stage.Adversaries);
        using var scribe = new Scribe(stage.World, timeline.Order);
        List<float[]> texts = [];
        var chance = new Chance().Begin(1);
        foreach (var act in timeline.Hours().SelectMany(hour => hour.Acts.ToList()).OrderBy(_ => chance.Bits()))
        {
            var features = scribe.Observe(act).Features;
            // going on with a conversation is behaviour
            if (texts.Count < Rows && !features.Has(ExchangeTraits.FollowUp | ExchangeTraits.ToolResult))
            {
                texts.Add(TextOf.Take(features));
            }
        }

        return texts;
    }

    private static double Area(Row[] train, Row[] test)
    {
        var context = new MLContext(seed: 1);
        var model = context
            .BinaryClassification.Trainers.LightGbm(
                labelColumnName: nameof(Row.Label),
                featureColumnName: nameof(Row.Text),
                numberOfIterations: 60,
                numberOfLeaves: 15
            )
            .Fit(context.Data.LoadFromEnumerable(train));
        var scores = context
            .Data.CreateEnumerable<Told>(model.Transform(context.Data.LoadFromEnumerable(test)), reuseRowObject: false)
            .Select(told => (double)told.Score)
            .ToArray();
        var (wins, pairs) = (0.0, 0L);
        for (var i = 0; i < test.Length; i++)
        {
            for (var j = 0; j < test.Length; j++)
            {
                if (test[i].Label && !test[j].Label)
                {
                    wins +=
                        scores[i] > scores[j] ? 1
                        : scores[i] == scores[j] ? 0.5
                        : 0;
                    pairs++;
                }
            }
        }

        return wins / pairs;
    }
}
