using System.Text;
using System.Text.Json;
using CsCheck;
using Stillwatch.Cases;
using Stillwatch.Decisions;
using Xunit;

namespace Stillwatch.Tests.Decisions;

public sealed class DecisionJsonTests
{
    public static TheoryData<int> Examples => [.. Enumerable.Range(0, DecisionExamples.All.Length)];

    [Fact]
    public void Write_WhenThereIsAKind_ThenItHasItsGoldenText() =>
        Assert.Equal(DecisionWords.All.Order(), DecisionExamples.All.Select(one => DecisionWords.KindOf(one.What)).Distinct().Order());

    [Theory]
    [MemberData(nameof(Examples))]
    public void Write_WhenADecisionIsWritten_ThenItIsTheGoldenText(int example) =>
        Assert.Equal(DecisionExamples.All[example].Json, Write(DecisionExamples.All[example].What));

    [Theory]
    [MemberData(nameof(Examples))]
    public void Read_WhenTheGoldenTextIsRead_ThenItIsTheSameDecision(int example)
    {
        var (what, json) = DecisionExamples.All[example];
        var again = Read(json);
        Assert.Equal(what.GetType(), again.GetType());
        Assert.Equal(json, Write(again));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Read_WhenAFieldIsNotKnown_ThenItIsRefusedAndNamed(int example)
    {
        var json = DecisionExamples.All[example].Json;
        var fault = Assert.Throws<FormatException>(() => Read(json[..^1] + ",\"mistyped\":1}"));
        Assert.Contains("mistyped", fault.Message, StringComparison.Ordinal);
        Assert.StartsWith("line 1, $", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"kind":"measure_approved","measure":"cm-1"}""", "$.measure: one such as cm-7k2m9qt4")]
    [InlineData("""{"kind":"measure_approved","measure":7}""", "$.measure: one such as")]
    [InlineData("""{"kind":"case_reopened","case":null}""", "$.case: one such as case-7k2m9qt4")]
    [InlineData("""{"kind":"appeal_answered","case":"case-00000001","subject":"acme","granted":true}""", "$.subject: account:NAME")]
    [InlineData("""{"kind":"appeal_answered","case":"case-00000001","subject":null,"granted":true}""", "$.subject")]
    [InlineData("""{"kind":"case_closed","case":"case-00000001","finding":"guilty"}""", "$.finding")]
    [InlineData("""{"kind":"case_closed","case":"case-00000001","finding":1}""", "$.finding")]
    [InlineData("""{"kind":"case_closed","case":"case-00000001"}""", "finding")]
    [InlineData("""{"kind":"case_noted","case":"case-00000001","text":null}""", "text")]
    [InlineData("""{"kind":"policy_approved","version":"x"}""", "$.version")]
    [InlineData("""{"kind":"policy_approved","version":99999999999}""", "$.version")]
    [InlineData("""{"kind":"nonsense"}""", "nonsense")]
    [InlineData("""{"kind":7}""", "$")]
    [InlineData("""{}""", "kind")]
    [InlineData("null", "null")]
    [InlineData("""{"kind":"policy_approved",""", "line 1")]
    public void Read_WhenItIsNone_ThenTheMessageSaysWhereAndWhat(string json, string says) =>
        Assert.Contains(says, Assert.Throws<FormatException>(() => Read(json)).Message, StringComparison.Ordinal);

    /// <summary>What is nothing in a list would be found by whoever looks at it, as a bug.</summary>
    [Theory]
    [InlineData("""{"kind":"case_opened","case":"case-00000001","title":"t","subjects":[null]}""", "line 1, subjects: null")]
    [InlineData("""{"kind":"measure_reached","measure":"cm-00000001","accounts":["a",null]}""", "line 1, accounts: null")]
    [InlineData(
        """{"kind":"hypothesis_weighed","case":"case-00000001","hypothesis":"lab","probability":1,"for":[null],"against":[]}""",
        "line 1, for: null"
    )]
    [InlineData("""{"kind":"policy_proposed","policy":{"version":2,"rules":[null]}}""", "line 1, rules: null")]
    public void Read_WhenAListHoldsNull_ThenItIsRefused(string json, string says) =>
        Assert.Contains(says, Assert.Throws<FormatException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void ReadPolicy_WhenItIsMistyped_ThenTheMessageHasTheLineAndTheField()
    {
        var fault = Assert.Throws<FormatException>(() =>
            DecisionJson.ReadPolicy(Encoding.UTF8.GetBytes("{\n \"version\": 2, // the next\n \"shaddow\": false,\n}"))
        );
        Assert.StartsWith("line 3, $.shaddow", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadPolicy_WhenARuleIsAtFault_ThenItIsNamed()
    {
        const string Json = """{"version":2,"rules":[{"id":"r","version":1,"rung":"strip"}]}""";
        var fault = Assert.Throws<FormatException>(() => DecisionJson.ReadPolicy(Encoding.UTF8.GetBytes(Json)));
        Assert.StartsWith("rules[0] (r): stripping wants 'strip'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadPolicy_WhenTheStandardOneIsWritten_ThenItIsReadAgain()
    {
        var json = JsonSerializer.Serialize(StandardPolicy.Value, DecisionJson.Indented);
        var again = DecisionJson.ReadPolicy(Encoding.UTF8.GetBytes(json));
        Assert.Equal(json, JsonSerializer.Serialize(again, DecisionJson.Indented));
    }

    [Fact]
    public void Read_WhenATimeIsFinerThanAMillisecond_ThenWhatIsReadIsWhatIsWritten()
    {
        var json = DecisionExamples.All.Single(one => one.What is Decision.MeasureProposed).Json;
        var fine = (Decision.MeasureProposed)Read(json.Replace("00:00:00.000Z", "00:00:00.123456Z", StringComparison.Ordinal));
        var again = (Decision.MeasureProposed)Read(Write(fine));
        Assert.Equal((fine.Measure.From, fine.Measure.Until), (again.Measure.From, again.Measure.Until));
    }

    [Fact]
    public void Read_WhenTextIsAnyText_ThenItIsReadAgain() =>
        Gen.String.Sample(text =>
        {
            var json = Write(new Decision.CaseNoted(CaseId.Of(1), text));
            Assert.Equal(json, Write(Read(json)));
        });

    private static Decision Read(string json) => DecisionJson.Read<Decision>(Encoding.UTF8.GetBytes(json));

    private static string Write(Decision what) => JsonSerializer.Serialize(what, DecisionJson.Options);
}
