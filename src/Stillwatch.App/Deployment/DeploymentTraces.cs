using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Stillwatch.App.Operation;

namespace Stillwatch.App.Deployment;

/// <summary>Hands a span of each exchange on as OTLP over HTTP, by the exporter's own rules; what cannot be handed on is said.</summary>
internal sealed class DeploymentTraces : IDisposable
{
    private const string TracesPath = "/v1/traces";

    private readonly ExportFaults _faults;
    private readonly TracerProvider _provider;

    /// <summary>Begins.</summary>
    /// <param name="endpoint">The base of the receiver: the exporter puts <c>/v1/traces</c> behind it, as the variable
    /// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is meant; it may stand there already.</param>
    /// <param name="log">Told what cannot be handed on.</param>
    /// <param name="clock">The present.</param>
    public DeploymentTraces(Uri endpoint, ILogger log, TimeProvider clock)
    {
        // Through the exporter's configuration and not its options: an endpoint that stands in the options is taken as it is.
        var path = endpoint.AbsolutePath.TrimEnd('/');
        var based = path.EndsWith(TracesPath, StringComparison.Ordinal)
            ? new Uri(endpoint.GetLeftPart(UriPartial.Authority) + path[..^TracesPath.Length])
            : endpoint;
        var configuration = new ConfigurationBuilder()
            .AddEnvironmentVariables()
            .AddInMemoryCollection(
                new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["OTEL_EXPORTER_OTLP_ENDPOINT"] = based.ToString(),
                    ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                }
            )
            .Build();
        _faults = new ExportFaults(log, clock);
        _provider = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton<IConfiguration>(configuration))
            .ConfigureResource(resource => resource.AddService("stillwatch-gateway"))
            .AddSource(Gateway.Settle.ExchangeTrace.SourceName)
            .AddOtlpExporter()
            .Build();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _provider.Dispose();
        _faults.Dispose();
    }
}
