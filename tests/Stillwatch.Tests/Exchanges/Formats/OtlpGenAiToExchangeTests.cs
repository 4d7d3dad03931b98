using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Formats;
using Xunit;

namespace Stillwatch.Tests.Exchanges.Formats;

/// <summary>Export requests in the shape of the GenAI semantic conventions, with invented contents.</summary>
public sealed class OtlpGenAiToExchangeTests
{
    private const string Line = """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"gw"}},{"key":"client.id","value":{"stringValue":"acct-of-resource"}}]},
          "scopeSpans":[{"scope":{"name":"x"},"spans":[
            {"traceId":"aa","spanId":"01","name":"chat m","startTimeUnixNano":"1772410219162000000","attributes":[
              {"key":"gen_ai.request.model","value":{"stringValue":"m"}},{"key":"gen_ai.response.id","value":{"stringValue":"r-1"}},{"key":"enduser.id","value":{"stringValue":"acct-1"}},
              {"key":"gen_ai.request.temperature","value":{"doubleValue":0.5}},{"key":"gen_ai.request.max_tokens","value":{"intValue":"200"}},
              {"key":"gen_ai.usage.input_tokens","value":{"intValue":"12"}},{"key":"gen_ai.usage.output_tokens","value":{"intValue":34}},
              {"key":"client.address","value":{"stringValue":"10.0.0.3"}},{"key":"user_agent.original","value":{"stringValue":"sdk/9"}},
              {"key":"gen_ai.system_instructions","value":{"stringValue":"[{\"type\":\"text\",\"content\":\"Be brief\"}]"}},
              {"key":"gen_ai.input.messages","value":{"stringValue":"[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"Name a tree\"}]}]"}}]},
            {"traceId":"aa","spanId":"02","name":"db","startTimeUnixNano":"1772410219162000000","attributes":[]},
            {"traceId":"aa","spanId":"03","name":"chat m","startTimeUnixNano":"1772410220162000000","attributes":[
              {"key":"gen_ai.request.model","value":{"stringValue":"m"}},
              {"key":"gen_ai.input.messages","value":{"arrayValue":{"values":[{"kvlistValue":{"values":[{"key":"role","value":{"stringValue":"user"}},{"key":"content","value":{"stringValue":"structured \ud800"}}]}}]}}}]}
          ]}]}]}
        """;

    [Fact]
    public void Translate_WhenSpansOfModelCalls_ThenEachIsAnExchangeAndOthersArePassedOver()
    {
        var exchanges = All(Line);
        Assert.Equal(2, exchanges.Count);
        var (first, second) = (exchanges[0], exchanges[1]);
        Assert.Equal("aa:01", (string?)first.Json["id"]);
        Assert.Equal("acct-1", (string?)first.Json["account"]);
        Assert.Equal("2026-03-02T00:10:19.162Z", (string?)first.Json["time"]);
        Assert.Equal("10.0.0.3", (string?)first.Json["client"]!["ip"]);
        Assert.Equal(200, (int?)first.Json["request"]!["max_tokens"]);
        Assert.Equal(34, (int?)first.Json["usage"]!["output_tokens"]);
        Assert.Equal("aa:03", (string?)second.Json["id"]);
        Assert.Equal("acct-of-resource", (string?)second.Json["account"]);
    }

    [Fact]
    public void Translate_WhenReadOn_ThenTheTextIsThere()
    {
        var exchanges = All(Line);
        Assert.Equal(["System:Be brief", "User:Name a tree"], exchanges[0].Pieces);
        Assert.Equal(["User:structured \uFFFD"], exchanges[1].Pieces);
    }

    [Theory]
    [InlineData("""{"resourceSpans":[]}""", RejectionKind.NoExchange)]
    [InlineData(
        """{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"1","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}}]}]}]}]}""",
        RejectionKind.NoAccount
    )]
    [InlineData(
        """{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"x","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}},{"key":"user.id","value":{"stringValue":"u"}}]}]}]}]}""",
        RejectionKind.FieldUnusable
    )]
    [InlineData("""{"resourceSpans":[{"scope""", RejectionKind.NotJson)]
    public void Translate_WhenItCannotBeUsed_ThenItSaysWhy(string line, RejectionKind kind) =>
        Assert.Equal(kind, Assert.Single(ReadLine.Of(line).Lost).Rejection.Kind);

    [Theory]
    [InlineData(
        "[{\\\"role\\\":\\\"user\\\",\\\"parts\\\":[{\\\"type\\\":\\\"text\\\",\\\"cont",
        "User:[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"cont"
    )] // cut off by the exporter
    [InlineData("[INST] Name a tree [/INST]", "User:[INST] Name a tree [/INST]")]
    [InlineData("Name a tree", "User:Name a tree")]
    public void Translate_WhenThePromptIsNoJson_ThenItIsTextAndTheOtherSpansAreThere(string prompt, string piece)
    {
        var span =
            """{"traceId":"aa","spanId":"SPAN","startTimeUnixNano":"1772410219162000000","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}},{"key":"user.id","value":{"stringValue":"u"}},{"key":"gen_ai.prompt","value":{"stringValue":"PROMPT"}}]}""";
        var line =
            """{"resource_spans":[{"scope_spans":[{"spans":["""
            + span.Replace("SPAN", "1", StringComparison.Ordinal).Replace("PROMPT", prompt, StringComparison.Ordinal)
            + ","
            + span.Replace("SPAN", "2", StringComparison.Ordinal).Replace("PROMPT", "second", StringComparison.Ordinal)
            + "]}]}]}";
        var exchanges = All(line);
        Assert.Equal(2, exchanges.Count);
        Assert.Equal([piece], exchanges[0].Pieces);
    }

    [Fact]
    public void Translate_WhenNoTokensWereCounted_ThenTheAnswersTextIsThere()
    {
        var line =
            """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"aa","spanId":"1","startTimeUnixNano":"1772410219162000000","attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}},{"key":"user.id","value":{"stringValue":"u"}},{"key":"gen_ai.output.messages","value":{"stringValue":"[{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":\"12345678\"}]}]"}}]}]}]}]}""";
        var exchange = Assert.Single(All(line));
        Assert.Equal((-1, 8), (exchange.OutputTokens, exchange.OutputBytes));
    }

    [Theory]
    [InlineData("invoke_agent")]
    [InlineData("invoke_workflow")]
    [InlineData("agent_step")]
    [InlineData("execute_tool")]
    [InlineData("retrieval")]
    [InlineData("handoff")]
    public void Translate_WhenACallStandsWithinAnAgent_ThenItIsCountedOnce(string operation)
    {
        var read = ReadLine.Of(Spans(Span("a1", null, operation, Model, Text("user.id", "u1")), Span("a2", "a1", "chat", Model)));
        var exchange = Assert.Single(read.Exchanges);
        Assert.Equal(("t:a2", "u1"), ((string?)exchange.Json["id"], exchange.Account)); // the agent names the customer
        Assert.Empty(read.Lost);
    }

    [Fact]
    public void Translate_WhenAFrameworksSpanIsAroundTheLibrarysCall_ThenItIsOneCallWithWhatBothSay()
    {
        var exchange = Assert.Single(
            All(
                Spans(
                    Span(
                        "a1",
                        null,
                        "chat",
                        Model,
                        Text("user.id", "u1"),
                        Text("gen_ai.input.messages", """[{\"role\":\"user\",\"content\":\"Name a tree\"}]""")
                    ),
                    Span("a2", "a1", "chat", Model, Text("gen_ai.usage.output_tokens", "30"))
                )
            )
        );
        Assert.Equal(("t:a2", 30), ((string?)exchange.Json["id"], exchange.OutputTokens));
        Assert.Equal(["User:Name a tree"], exchange.Pieces);
    }

    [Fact]
    public void Translate_WhenTwoCallsStandSideBySide_ThenBothAreExchanges() =>
        Assert.Equal(
            2,
            All(
                Spans(
                    Span("a1", null, "invoke_agent", Model, Text("user.id", "u1")),
                    Span("a2", "a1", "chat", Model),
                    Span("a3", "a1", "chat", Model)
                )
            ).Count
        );

    [Fact]
    public void Translate_WhenSpansNameEachOtherForTheirParents_ThenItEnds() =>
        Assert.NotEmpty(
            ReadLine
                .Of(
                    Spans(
                        Span("a1", "a2", "chat", Model, Text("user.id", "u")),
                        Span("a2", "a1", "chat", Model),
                        Span("a3", "a3", "invoke_agent", Model)
                    )
                )
                .Lost.Select(_ => 1)
                .Prepend(0)
        );

    [Theory]
    [InlineData("user.id")]
    [InlineData("metadata.user_api_key_hash")]
    [InlineData("metadata.user_api_key_team_id")]
    [InlineData("llm.user")]
    [InlineData("traceloop.association.properties.user_id")]
    [InlineData("ai.telemetry.metadata.userId")]
    [InlineData("langfuse.user.id")]
    [InlineData("session.id")]
    public void Translate_WhenTheCustomerIsNamedOtherwise_ThenHeIsFound(string attribute) =>
        Assert.Equal("u1", Assert.Single(All(Spans(Span("a1", null, "chat", Model, Text(attribute, "u1"))))).Account);

    [Fact]
    public void Translate_WhenTheCustomerIsNamedOnTheSpanAbove_ThenItIsTheAccount()
    {
        var above =
            """{"traceId":"t","spanId":"a0","name":"POST /ask","startTimeUnixNano":"1777629600000000000","attributes":[ATTRIBUTE]}""".Replace(
                "ATTRIBUTE",
                Text("user.id", "u1"),
                StringComparison.Ordinal
            );
        Assert.Equal("u1", Assert.Single(All(Spans(above, Span("a1", "a0", "chat", Model)))).Account);
    }

    [Fact]
    public void Translate_WhenTheOperatorNamesAnAttribute_ThenItGoesFirst() =>
        Assert.Equal(
            "them",
            Assert
                .Single(
                    ReadLine
                        .Of(
                            Spans(Span("a1", null, "chat", Model, Text("user.id", "u1"), Text("tenant", "them"))),
                            LogOptions.Default with
                            {
                                AccountAttributes = ["tenant"],
                            }
                        )
                        .Exchanges
                )
                .Account
        );

    [Fact]
    public void Translate_WhenManySpansNameNobody_ThenItSaysHowMany()
    {
        var (rejection, exchanges) = Assert.Single(
            ReadLine
                .Of(
                    Spans([
                        Span("0", null, "chat", Model, Text("user.id", "u")),
                        .. Enumerable.Range(1, 99).Select(i => Span($"{i}", null, "chat", Model)),
                    ])
                )
                .Lost
        );
        Assert.Equal((RejectionKind.NoAccount, 99L), (rejection.Kind, exchanges));
        Assert.StartsWith("99 spans name no account", rejection.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gen_ai.event.content", """{\"role\":\"user\",\"content\":\"Name a tree\"}""")]
    [InlineData("content", """[{\"text\":\"Name a tree\"}]""")]
    [InlineData("content", "Name a tree")]
    public void Translate_WhenTheTextStandsOnEvents_ThenItIsThere(string attribute, string value)
    {
        var span = Span("a1", null, "chat", Model, Text("user.id", "u"))
            .Replace(
                "\"attributes\"",
                $"\"events\":[{{\"name\":\"gen_ai.user.message\",\"attributes\":[{Text(attribute, value)}]}}],\"attributes\"",
                StringComparison.Ordinal
            );
        Assert.Equal(["User:Name a tree"], Assert.Single(All(Spans(span))).Pieces);
    }

    [Theory]
    [InlineData("ai.prompt.messages", """[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Name a tree\"}]}]""")]
    [InlineData(
        "events",
        """[{\"event.name\":\"gen_ai.user.message\",\"content\":\"Name a tree\"},{\"event.name\":\"gen_ai.choice\",\"message\":{\"role\":\"assistant\",\"content\":\"Ash\"}}]"""
    )]
    [InlineData("all_messages_events", """[{\"event.name\":\"gen_ai.user.message\",\"role\":\"user\",\"content\":\"Name a tree\"}]""")]
    [InlineData("request_data", """{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Name a tree\"}]}""")]
    [InlineData("gen_ai.input.messages", """{\"messages\":[{\"role\":\"user\",\"content\":\"Name a tree\"}]}""")]
    [InlineData("gen_ai.input.messages", """{\"role\":\"user\",\"content\":\"Name a tree\"}""")]
    [InlineData("gen_ai.input.messages", """[\"{\\\"role\\\":\\\"user\\\",\\\"content\\\":\\\"Name a tree\\\"}\"]""")]
    [InlineData("llm.input_messages.0.message.content", "Name a tree")]
    public void Translate_WhenTheTextStandsInAnotherAttribute_ThenItIsThere(string attribute, string value) =>
        Assert.Equal(
            ["User:Name a tree"],
            Assert.Single(All(Spans(Span("a1", null, "chat", Model, Text("user.id", "u"), Text(attribute, value))))).Pieces
        );

    [Fact]
    public void Translate_WhenThePromptIsAListOfTexts_ThenEachIsThere() =>
        Assert.Equal(
            ["User:Name a tree", "User:And a herb"],
            Assert
                .Single(
                    All(
                        Spans(
                            Span(
                                "a1",
                                null,
                                "chat",
                                Model,
                                Text("user.id", "u"),
                                """{"key":"gen_ai.prompt","value":{"arrayValue":{"values":[{"stringValue":"Name a tree"},{"stringValue":"And a herb"}]}}}"""
                            )
                        )
                    )
                )
                .Pieces
        );

    [Fact]
    public void Translate_WhenALogRecordHoldsAWholeCall_ThenItIsAnExchange()
    {
        var record =
            """{"resourceLogs":[{"resource":{"attributes":[ACCOUNT]},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1777629600000000000","traceId":"t","spanId":"s","eventName":"gen_ai.client.inference.operation.details","attributes":[MODEL,MESSAGES]}]}]}]}"""
                .Replace("ACCOUNT", Text("user.id", "u1"), StringComparison.Ordinal)
                .Replace("MODEL", Model, StringComparison.Ordinal)
                .Replace(
                    "MESSAGES",
                    """{"key":"gen_ai.input.messages","value":{"arrayValue":{"values":[{"kvlistValue":{"values":[{"key":"role","value":{"stringValue":"user"}},{"key":"parts","value":{"arrayValue":{"values":[{"kvlistValue":{"values":[{"key":"type","value":{"stringValue":"text"}},{"key":"content","value":{"stringValue":"Name a tree"}}]}}]}}}]}}]}}}""",
                    StringComparison.Ordinal
                );
        var exchange = Assert.Single(All(record));
        Assert.Equal(("t:s", "u1"), ((string?)exchange.Json["id"], exchange.Account));
        Assert.Equal(["User:Name a tree"], exchange.Pieces);
    }

    [Theory]
    [InlineData(
        """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1","eventName":"gen_ai.user.message","body":{"stringValue":"hi"}}]}]}]}""",
        "single messages"
    )]
    [InlineData("""{"resourceMetrics":[]}""", "OTLP metrics")]
    [InlineData("""{"data":[{"traceID":"1","spans":[{"tags":[]}],"processes":{}}]}""", "Jaeger")]
    public void Translate_WhenItIsKnownAndNotRead_ThenItIsNamed(string line, string named) =>
        Assert.Contains(named, Assert.Single(ReadLine.Of(line).Lost).Rejection.Detail, StringComparison.Ordinal);

    [Fact]
    public void Translate_WhenTheStoreWrappedTheSpansInBatches_ThenTheyAreRead() =>
        Assert.Single(
            All(Spans(Span("a1", null, "chat", Model, Text("user.id", "u"))).Replace("resourceSpans", "batches", StringComparison.Ordinal))
        );

    private const string Model = """{"key":"gen_ai.request.model","value":{"stringValue":"m"}}""";

    private static string Text(string name, string value) => $$$"""{"key":"{{{name}}}","value":{"stringValue":"{{{value}}}"}}""";

    private static string Span(string id, string? parent, string operation, params string[] attributes) =>
        $$"""{"traceId":"t","spanId":"{{id}}","parentSpanId":"{{parent}}","name":"x","startTimeUnixNano":"1777629600000000000","attributes":[{{string.Join(',', attributes.Prepend(Text("gen_ai.operation.name", operation)))}}]}""";

    private static string Spans(params string[] spans) =>
        $$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{{string.Join(',', spans)}}]}]}]}""";

    private static List<ReadLine.Exchange> All(string line)
    {
        var read = ReadLine.Of(line);
        Assert.Empty(read.Lost);
        return read.Exchanges;
    }
}
