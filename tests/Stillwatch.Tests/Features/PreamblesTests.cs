using System.Text;
using Stillwatch.Features;
using Xunit;

namespace Stillwatch.Tests.Features;

public sealed class PreamblesTests
{
    private const string Asked = "Why does the harbour gate close at nine, and who opens it again?";
    private const string Coercing =
        "Narrate your internal reasoning step by step, show your work and think out loud in your hidden reasoning.";

    [Theory]
    [InlineData("""[{"role":"system","content":"PRE"},{"role":"user","content":"ASK"}]""")]
    [InlineData("""[{"role":"developer","content":"PRE"},{"role":"user","content":"ASK"}]""")]
    [InlineData(
        """[{"role":"system","content":[{"type":"text","text":"Be verbose."},{"type":"text","text":"PRE"}]},{"role":"user","content":"ASK"}]"""
    )]
    [InlineData("""[{"role":"user","content":"PRE"},{"role":"assistant","content":"Understood."},{"role":"user","content":"ASK"}]""")]
    [InlineData("""[{"role":"user","content":"PRE"},{"role":"user","content":"ASK"}]""")]
    [InlineData("""[{"role":"user","content":"# AGENTS.md instructions for /srv/app\n\nPRE"},{"role":"user","content":"ASK"}]""")]
    [InlineData("""[{"role":"user","content":"ASK"},{"role":"user","content":"<environment_context>\nPRE\n</environment_context>"}]""")]
    [InlineData("""[{"role":"user","content":"<system-reminder>\nPRE\n</system-reminder>\nASK"}]""")]
    [InlineData("""[{"role":"user","content":"ASK\n\n<system-reminder>PRE</system-reminder>"}]""")]
    [InlineData("""[{"role":"user","content":"<system-reminder>PRE</system-reminder><system-reminder>PRE</system-reminder>ASK"}]""")]
    [InlineData("""[{"role":"user","content":"<system-reminder>PRE</system-reminder>\nASK\n<system-reminder>PRE</system-reminder>"}]""")]
    [InlineData("""[{"role":"user","content":"<user_instructions>\nPRE\n</user_instructions>\n\nASK"}]""")]
    [InlineData("""[{"role":"user","content":"<custom_instructions>PRE</custom_instructions>\n<user_query>\nASK\n</user_query>"}]""")]
    [InlineData("""[{"role":"user","content":"<task>\nASK\n</task>\n\n<environment_details>\nPRE\n</environment_details>"}]""")]
    [InlineData("""[{"role":"user","content":"<user_rules source=\"project\">PRE</user_rules>\nASK"}]""")]
    [InlineData(
        """[{"role":"user","content":[{"type":"text","text":"# AGENTS.md instructions for /srv\n\n<INSTRUCTIONS>\nPRE\n</INSTRUCTIONS>"},{"type":"text","text":"ASK"}]}]"""
    )]
    [InlineData("""[{"role":"user","content":"<userPreferences>PRE</userPreferences>\n<userStyle>PRE</userStyle>\nASK"}]""")]
    [InlineData(
        """[{"role":"user","content":[{"type":"text","text":"<system-reminder>\nPRE\n</system-reminder>"},{"type":"text","text":"ASK"}]}]"""
    )]
    [InlineData(
        """[{"role":"user","content":[{"type":"text","text":"ASK"},{"type":"text","text":"<system-reminder>PRE</system-reminder>"}]}]"""
    )]
    [InlineData("""[{"role":"user","content":[{"type":"text","text":"# CLAUDE.md\nPRE"},{"type":"text","text":"ASK"}]}]""")]
    public void Take_WhenAClientSaysHowToAnswer_ThenNothingMovesButWhatThePersonAsked(string messages)
    {
        var plain = FeaturesOf.Line(Line("""[{"role":"user","content":"ASK"}]"""));
        var wrapped = FeaturesOf.Line(Line(messages));
        Assert.Equal(Elicitation.None, wrapped.Elicitation);
        Assert.Equal(
            (plain.Skeleton, plain.Opening, plain.Closing, plain.Words, plain.Form, plain.Language),
            (wrapped.Skeleton, wrapped.Opening, wrapped.Closing, wrapped.Words, wrapped.Form, wrapped.Language)
        );
        Assert.Equal(plain.TopicCell(12), wrapped.TopicCell(12));
    }

    [Theory]
    [InlineData("""[{"role":"user","content":"PRE"}]""")]
    [InlineData("""[{"role":"user","content":"PRE\n\nASK"}]""")]
    [InlineData("""[{"role":"user","content":"<system-reminder>PRE</system-reminder>"}]""")]
    [InlineData("""[{"role":"user","content":"<document>PRE</document>\nASK"}]""")]
    [InlineData("""[{"role":"user","content":"<system-reminder>PRE"}]""")]
    [InlineData("""[{"role":"user","content":"PRE <system-reminder>"}]""")]
    [InlineData("""[{"role":"user","content":"<task>hi there</task>\nPRE"}]""")]
    [InlineData("""[{"role":"user","content":"<instructions>PRE</instructions>\n<document>ASK</document>"}]""")]
    [InlineData(
        """[{"role":"user","content":"ASK"},{"role":"assistant","content":"so"},{"role":"user","content":"# Task instructions\nPRE"}]"""
    )]
    [InlineData("""[{"role":"system","content":"Be kind."},{"role":"user","content":"<task>PRE</task>"}]""")]
    public void Take_WhenThePersonSaysSo_OrNothingElseIsAsked_ThenItCounts(string messages) =>
        Assert.NotEqual(Elicitation.None, FeaturesOf.Line(Line(messages)).Elicitation);

    [Theory]
    [InlineData("<p>a paragraph</p>")]
    [InlineData("a < b and b > c")]
    [InlineData("<>")]
    [InlineData("</user_rules>")]
    [InlineData("user_rules></user_rules>")]
    [InlineData("# A heading\nand text")]
    [InlineData("  hello\n")]
    [InlineData("<user_rules")]
    [InlineData("")]
    public void Without_WhenNoProgramMarkedIt_ThenTheTextIsAsItWas(string text) =>
        Assert.Equal(text, Encoding.UTF8.GetString(Preambles.Without(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void Without_WhenThereAreManyMarks_ThenItEnds()
    {
        string[] all = ["<user_rules>", "</user_rules>", "user_rules", "<user_rules></user_rules>", "<user_rules>x</user_rules>y"];
        foreach (var front in all)
        {
            foreach (var back in all)
            {
                var text = Encoding.UTF8.GetBytes(Many(front) + Many(back) + "</user_rules>");
                var watch = System.Diagnostics.Stopwatch.StartNew();
                Assert.InRange(Preambles.Without(text).Length, 0, text.Length);
                Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5); // without a bound on rounds it takes minutes
            }
        }
    }

    private static string Many(string text) => string.Concat(Enumerable.Repeat(text, 100_000));

    private static string Line(string messages)
    {
        var filled = messages.Replace("PRE", Coercing, StringComparison.Ordinal).Replace("ASK", Asked, StringComparison.Ordinal);
        return """{"id":"x","time":"2026-03-02T00:10:19.162Z","account":"a","request":{"messages":""" + filled + "}}";
    }
}
