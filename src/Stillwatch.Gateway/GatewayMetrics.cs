using System.Diagnostics;
using System.Diagnostics.Metrics;
using Stillwatch.Exchanges;

namespace Stillwatch.Gateway;

/// <summary>
/// What the gateway counts, as instruments of a <see cref="Meter"/>: whoever listens hands them on. Times and tokens have the names, units,
/// attributes and buckets of OpenTelemetry's semantic conventions for generative AI (<c>gen_ai.*</c>, metrics, of 2026). Safe for use from
/// many threads.
/// </summary>
/// <param name="meter">Whose instruments they are.</param>
public sealed class GatewayMetrics(Meter meter)
{
    private const int MostModels = 200; // names come from customers: of so many each has its own figures, others share one name
    private const string OtherModel = "other",
        NoUpstream = "none";

    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    };
    private static readonly InstrumentAdvice<double> FirstTokens = new()
    {
        HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0],
    };
    private static readonly InstrumentAdvice<long> Tokens = new()
    {
        HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    };

    private readonly Counter<long> _exchanges = meter.CreateCounter<long>(
        "stillwatch.exchanges",
        "{exchange}",
        "Exchanges of known keys, by how they ended"
    );
    private readonly Counter<long> _refusals = meter.CreateCounter<long>(
        "stillwatch.refusals",
        "{refusal}",
        "Requests that the gateway refused, by code"
    );
    private readonly Counter<long> _policies = meter.CreateCounter<long>(
        "stillwatch.failure_policy",
        "{use}",
        "Uses of a failure policy, by cause and action"
    );
    private readonly Counter<long> _measures = meter.CreateCounter<long>(
        "stillwatch.measures",
        "{exchange}",
        "Exchanges that a countermeasure touched, or would have touched in shadow, by rung and rule"
    );
    private readonly Counter<long> _failovers = meter.CreateCounter<long>(
        "stillwatch.upstream.failovers",
        "{call}",
        "Calls that went to another model server"
    );
    private readonly Counter<long> _retries = meter.CreateCounter<long>(
        "stillwatch.upstream.retries",
        "{call}",
        "Requests that were sent to a model server again"
    );
    private readonly Histogram<double> _duration = meter.CreateHistogram(
        "gen_ai.server.request.duration",
        "s",
        "Time from a request's arrival to the end of its answer",
        tags: null,
        Durations
    );
    private readonly Histogram<double> _firstToken = meter.CreateHistogram(
        "gen_ai.server.time_to_first_token",
        "s",
        "Time from a request's arrival to the first byte of its answer",
        tags: null,
        FirstTokens
    );
    private readonly Histogram<long> _usage = meter.CreateHistogram(
        "gen_ai.client.token.usage",
        "{token}",
        "Tokens of an exchange, by type",
        tags: null,
        Tokens
    );

    private readonly Lock _gate = new();
    private volatile HashSet<string> _models = new(StringComparer.Ordinal);

    /// <summary>Counts a request that was refused, by the code that its client was given.</summary>
    internal void Refused(string code) => _refusals.Add(1, new KeyValuePair<string, object?>("code", code));

    /// <summary>Counts the use of a failure policy.</summary>
    internal void Policy(string cause, string action) => _policies.Add(1, new("cause", cause), new("action", action));

    /// <summary>Counts what a measure did to an exchange, or would have done.</summary>
    internal void Measured(string rung, string rule, bool shadow) =>
        _measures.Add(1, new("rung", rung), new("rule", rule), new("mode", shadow ? "shadow" : "live"));

    /// <summary>Counts a call that went to another model server.</summary>
    internal void FailedOver(string from) => _failovers.Add(1, new KeyValuePair<string, object?>("upstream", from));

    /// <summary>Counts a request that is sent again to a model server.</summary>
    internal void Retried(string to) => _retries.Add(1, new KeyValuePair<string, object?>("upstream", to));

    /// <summary>Counts an exchange that is over, refused ones of known keys among them.</summary>
    internal void Ended(Exchange exchange, int status, TimeProvider clock)
    {
        var now = clock.GetTimestamp();
        var outcome = Word(exchange.Record!.Outcome, status);
        var model = ModelOf(exchange);
        var upstream = exchange.Upstream?.Options.Name ?? NoUpstream;
        _exchanges.Add(1, new("outcome", outcome), new("status_class", ClassOf(status)), new("model", model), new("upstream", upstream));
        if (exchange.FirstByte == 0)
        {
            return;
        }

        var tags = new TagList
        {
            { "gen_ai.operation.name", exchange.Format.Operation },
            { "gen_ai.provider.name", upstream },
            { "gen_ai.request.model", model },
        };
        var first = tags;
        _firstToken.Record(clock.GetElapsedTime(exchange.Began, exchange.FirstByte).TotalSeconds, first);
        if (outcome != "complete")
        {
            tags.Add("error.type", outcome == "upstream_error" ? status.ToString() : outcome);
        }

        _duration.Record(clock.GetElapsedTime(exchange.Began, now).TotalSeconds, tags);
    }

    /// <summary>Counts what an exchange used.</summary>
    internal void Used(Exchange exchange, long input, long output)
    {
        var (operation, provider, model) = (exchange.Format.Operation, exchange.Upstream?.Options.Name ?? NoUpstream, ModelOf(exchange));
        _usage.Record(
            input,
            new("gen_ai.operation.name", operation),
            new("gen_ai.provider.name", provider),
            new("gen_ai.request.model", model),
            new("gen_ai.token.type", "input")
        );
        _usage.Record(
            output,
            new("gen_ai.operation.name", operation),
            new("gen_ai.provider.name", provider),
            new("gen_ai.request.model", model),
            new("gen_ai.token.type", "output")
        );
    }

    /// <summary>How an exchange ended, in a word: an error of the model server that was passed on whole is no complete answer.</summary>
    internal static string Word(Outcome outcome, int status) =>
        outcome == Outcome.Complete && status is < 200 or >= 400 ? "upstream_error" : ExchangeLineWriter.Word(outcome);

    private static string ClassOf(int status) =>
        status switch
        {
            >= 100 and < 200 => "1xx",
            >= 200 and < 300 => "2xx",
            >= 300 and < 400 => "3xx",
            >= 400 and < 500 => "4xx",
            >= 500 and < 600 => "5xx",
            _ => "none",
        };

    /// <summary>
    /// The model by the name that clients use, where a server was asked for it; names that nobody serves are not told apart.
    /// </summary>
    private string ModelOf(Exchange exchange)
    {
        if (exchange.Upstream == null || exchange.Facts.Model is not { Length: <= 100 } model)
        {
            return OtherModel;
        }

        var known = _models;
        if (known.Contains(model))
        {
            return model;
        }

        lock (_gate)
        {
            if (_models.Count >= MostModels)
            {
                return OtherModel;
            }

            _models = new(_models, StringComparer.Ordinal) { model };
            return model;
        }
    }
}
