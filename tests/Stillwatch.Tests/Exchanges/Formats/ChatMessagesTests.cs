using System.Text;
using Stillwatch.Exchanges.Formats;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Formats;

public sealed class ChatMessagesTests
{
    [Theory]
    [InlineData(
        """[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]""",
        """[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]"""
    )]
    [InlineData("""{"role":"system","content":"a"}""", """[{"role":"system","content":"a"}]""")]
    [InlineData("""{"content":"a"}""", """[{"role":"user","content":"a"}]""")]
    [InlineData("""{"messages":[{"role":"tool","content":"a"}],"model":"m"}""", """[{"role":"tool","content":"a"}]""")]
    [InlineData("\"plain\"", """[{"role":"user","content":"plain"}]""")]
    [InlineData("""["one","two"]""", """[{"role":"user","content":"one"},{"role":"user","content":"two"}]""")]
    // any of it in a string
    [InlineData("\"[{\\\"role\\\":\\\"user\\\",\\\"content\\\":\\\"a\\\"}]\"", """[{"role":"user","content":"a"}]""")]
    [InlineData("""["{\"role\":\"system\",\"content\":\"a\"}"]""", """[{"role":"system","content":"a"}]""")]
    [InlineData(
        """[{"role":"user","parts":[{"type":"text","content":"a"}]}]""",
        """[{"role":"user","content":[{"type":"text","content":"a"}]}]"""
    )]
    [InlineData(
        """[{"type":"text","text":"a"},{"type":"text","text":"b"}]""",
        """[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]"""
    )]
    [InlineData(
        """[{"role":"user","content":"[{\"type\":\"text\",\"text\":\"a\"}]"}]""",
        """[{"role":"user","content":[{"type":"text","text":"a"}]}]"""
    )]
    // text that happens to be JSON is text
    [InlineData("""[{"role":"user","content":"{\"a\":1}"}]""", """[{"role":"user","content":"{\"a\":1}"}]""")]
    [InlineData("""[{"role":"user","content":"[1,2]"}]""", """[{"role":"user","content":"[1,2]"}]""")]
    [InlineData("""[{"event.name":"gen_ai.system.message","content":"a"}]""", """[{"role":"system","content":"a"}]""")]
    [InlineData("""[{"event.name":"gen_ai.choice","content":"an answer"}]""", "")]
    [InlineData(
        """[{"event.name":"gen_ai.user.message","gen_ai.event.content":{"content":"a","role":"user"}}]""",
        """[{"role":"user","content":"a"}]"""
    )]
    [InlineData("""[{"role":"assistant","tool_calls":[{"id":"c"}]}]""", """[{"role":"assistant"}]""")]
    [InlineData("""[{"role":null,"content":"a"}]""", """[{"role":"user","content":"a"}]""")]
    [InlineData("""[{"role":"","content":"a"}]""", """[{"role":"user","content":"a"}]""")]
    [InlineData("""[{"vendor":"x"}]""", "")]
    [InlineData("  [ ]\n", "")]
    [InlineData("7", "")]
    [InlineData("\"\"", "")]
    [InlineData("", "")]
    [InlineData("""[[{"role":"user","content":"a"}]]""", """[{"role":"user","content":"a"}]""")]
    [InlineData("""[[[[{"role":"user","content":"too deep"}]]]]""", "")]
    [InlineData("""[{"role":"user","content":"\ud800"}]""", """[{"role":"user","content":"\ud800"}]""")]
    public void Of_WhenMessagesAreWrittenInAnyForm_ThenTheyAreAListOfRolesAndContents(string json, string messages) =>
        Assert.Equal(messages, Encoding.UTF8.GetString(ChatMessages.Of(Encoding.UTF8.GetBytes(json))));

    [Theory]
    [InlineData("gen_ai.user.message", "user")]
    [InlineData("gen_ai.system.message", "system")]
    [InlineData("gen_ai.assistant.message", "assistant")]
    [InlineData("gen_ai.tool.message", "tool")]
    [InlineData("gen_ai.choice", null)]
    [InlineData("exception", null)]
    [InlineData(null, null)]
    public void RoleOf_WhenAnEventHasAName_ThenItIsTheRoleThatTheNameGives(string? name, string? role) =>
        Assert.Equal(role, ChatMessages.RoleOf(name));

    [Theory]
    [InlineData("""[{"type":"text","text":"a"}]""", true)]
    [InlineData("""[ {"text":"a"}]""", true)]
    [InlineData("""[{"type":"message","role":"user"}]""", false)]
    [InlineData("""[{"event.name":"x","text":"a"}]""", false)]
    [InlineData("""[{"content":"a"}]""", false)]
    [InlineData("""["text"]""", false)]
    [InlineData("""{"type":"text"}""", false)]
    [InlineData("[{}]", false)]
    [InlineData("[]", false)]
    public void IsParts_WhenAListIsOneOfPartsAndNotOfMessages_ThenItSaysSo(string json, bool parts) =>
        Assert.Equal(parts, ChatMessages.IsParts(Encoding.UTF8.GetBytes(json)));
}
