using Stillwatch.Gateway.Failures;
using Stillwatch.Hosting;

namespace Stillwatch.Gateway;

/// <summary>Looks once a second for exchanges that wait too long, and at the memory that is left.</summary>
internal sealed class Sweeper(GatewayServices services, IFaults faults) : IDisposable
{
    private const double Short = 0.96; // of the memory, where a shortage is switched on

    private ITimer? _timer;

    /// <summary>Begins.</summary>
    public void Start() => _timer = services.Clock.CreateTimer(_ => Sweep(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

    /// <summary>Looks once.</summary>
    public void Sweep()
    {
        services.Served.Tick();
        var options = services.Options;
        var now = services.Clock.GetTimestamp();
        var memory = GC.GetGCMemoryInfo();
        services.MemoryShare =
            faults.Has(Fault.MemoryShort) ? Short
            : memory.HighMemoryLoadThresholdBytes == 0 ? 0
            : (double)memory.MemoryLoadBytes / memory.TotalAvailableMemoryBytes;
        var all = services.InFlight.All();
        foreach (var exchange in all)
        {
            var most = exchange.Phase switch
            {
                Phase.Request => options.StalledClientSeconds,
                Phase.FirstByte => options.FirstByteSeconds + options.ConnectSeconds,
                Phase.Answer => options.IdleSeconds,
                Phase.Client => options.StalledClientSeconds,
                _ => double.PositiveInfinity,
            };
            if (exchange.TimedOut == Phase.None && services.Clock.GetElapsedTime(exchange.Since, now).TotalSeconds > most)
            {
                exchange.TimedOut = exchange.Phase;
                if (exchange.Phase is Phase.Request or Phase.Client)
                {
                    exchange.Http.Abort();
                }

                exchange.BreakOff();
            }
        }

        if (services.MemoryShare >= 0.98 && options.MemoryShort == OnMemoryShort.Shed && all.Count > 0)
        {
            var largest = all.MaxBy(exchange => exchange.Have + (exchange.Request.Buffer?.Length ?? 0))!;
            services.Metrics.Policy("memory", "cut");
            largest.BreakOff();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();
}
