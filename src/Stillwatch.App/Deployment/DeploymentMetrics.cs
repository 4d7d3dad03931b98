using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Stillwatch.Engine.Journal;
using Stillwatch.Engine.Watching;

namespace Stillwatch.App.Deployment;

/// <summary>
/// The meter of a deployment, and what is read of its parts when somebody asks; handed on by OpenTelemetry's Prometheus exporter on the
/// console's port.
/// </summary>
internal sealed class DeploymentMetrics : IDisposable
{
    /// <summary>The meter's name; a second deployment in one process has another.</summary>
    public const string MeterName = "Stillwatch";

    private static int _deployments;

    private readonly MeterProvider _provider;

    /// <summary>Makes the meter; <see cref="Observe"/> adds what is read.</summary>
    public DeploymentMetrics()
    {
        var number = Interlocked.Increment(ref _deployments);
        Meter = new Meter(number == 1 ? MeterName : $"{MeterName}.{number}");
        _provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService("stillwatch-gateway"))
            .AddMeter(Meter.Name)
            .AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0)
            .Build();
    }

    /// <summary>The meter.</summary>
    public Meter Meter { get; }

    /// <summary>Who hands its figures on.</summary>
    public MeterProvider Provider => _provider;

    /// <summary>Adds what is read of the parts.</summary>
    public void Observe(Running running)
    {
        JournalState Journal() => running.Journal.State;
        WatchState Watch() => running.Watch.State;
        Meter.CreateObservableGauge("stillwatch.exchanges.open", () => running.Gateway.InFlight, "{exchange}", "Exchanges under way");
        Meter.CreateObservableGauge(
            "stillwatch.upstream.healthy",
            () =>
                running.Gateway.UpstreamFaults.Select(upstream => new Measurement<int>(
                    upstream.Fault == null ? 1 : 0,
                    new KeyValuePair<string, object?>("upstream", upstream.Name)
                )),
            null,
            "Whether a model server answers and has models: 1 or 0"
        );
        Meter.CreateObservableGauge(
            "stillwatch.ready",
            () => running.Gateway.WhyNotReady == null ? 1 : 0,
            null,
            "Whether the gateway is ready, as /readyz says: 1 or 0"
        );
        Meter.CreateObservableCounter("stillwatch.journal.exchanges", () => Journal().Written, "{exchange}", "Exchanges on record");
        Meter.CreateObservableCounter(
            "stillwatch.journal.lost",
            () => Journal().Lost,
            "{exchange}",
            "Exchanges that could not be put on record"
        );
        Meter.CreateObservableCounter("stillwatch.journal.bytes", () => Journal().Bytes, null, "Bytes written to the journal");
        Meter.CreateObservableCounter("stillwatch.journal.syncs", () => Journal().Syncs, "{sync}", "Syncs of the journal");
        Meter.CreateObservableCounter("stillwatch.journal.sync_errors", () => Journal().SyncErrors, "{sync}", "Syncs that failed");
        Meter.CreateObservableGauge(
            "stillwatch.journal.spilled",
            () => Journal().Spilled,
            "By",
            "Bytes in memory because the disk took nothing"
        );
        Meter.CreateObservableCounter("stillwatch.watch.exchanges", () => Watch().Exchanges, "{exchange}", "Exchanges that the watch took");
        Meter.CreateObservableCounter(
            "stillwatch.watch.rejected",
            () => Watch().Rejected,
            "{record}",
            "Records that the watch could not read"
        );
        Meter.CreateObservableGauge(
            "stillwatch.detection.lag",
            () => Watch().LagSeconds,
            "s",
            "For how long the watch has not been at the journal's end"
        );
        Meter.CreateObservableGauge("stillwatch.watch.running", () => Watch().Running ? 1 : 0, null, "Whether the watch runs: 1 or 0");
        Meter.CreateObservableGauge(
            "stillwatch.watch.snapshot.stop",
            () => running.Watch.Saver.LongestStopSeconds,
            "s",
            "Time for which the watch stood still at a time for the latest save, at most"
        );
        Meter.CreateObservableGauge(
            "stillwatch.watch.snapshot.age",
            () => running.Watch.Saver.AgeSeconds,
            "s",
            "Time since what is believed was last saved"
        );
        Meter.CreateObservableGauge("stillwatch.accounts", () => Watch().Accounts, "{account}", "Accounts that the watch knows");
        Meter.CreateObservableGauge("stillwatch.accounts.flagged", () => Watch().Flagged, "{account}", "Accounts that are flagged");
        Meter.CreateObservableGauge("process.resident_memory", () => Environment.WorkingSet, "By", "Resident memory");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _provider.Dispose();
        Meter.Dispose();
    }
}
