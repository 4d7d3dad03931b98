using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Stillwatch.Campaigns;
using Stillwatch.Hosting;

namespace Stillwatch.Engine.Watching;

/// <summary>
/// The silo in which the live watch's grains live, in this process. It is a cluster of one and opens no port: nobody else can speak to its
/// grains.
/// </summary>
internal sealed class WatchSilo : IAsyncDisposable
{
    // A grain call ends when the core has done its work. One that is given up while it goes on would let two work on one subject.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly IHost _host;

    /// <summary>Prepares it.</summary>
    /// <param name="logs">Where it says what is wrong with it.</param>
    public WatchSilo(ILoggerFactory logs)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton<WatchedSubjects>();
        builder.UseOrleans(silo =>
        {
            silo.UseDevelopmentClustering(new IPEndPoint(IPAddress.Loopback, NoListener.Port));
            silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = ("stillwatch", "stillwatch"));
            silo.Configure<EndpointOptions>(endpoint =>
                (endpoint.AdvertisedIPAddress, endpoint.SiloPort, endpoint.GatewayPort) = (IPAddress.Loopback, NoListener.Port, 0)
            );
            silo.Configure<SiloMessagingOptions>(messaging =>
                (messaging.ResponseTimeout, messaging.SystemResponseTimeout) = (Longest, TimeSpan.FromSeconds(30))
            );
            silo.Configure<GrainDirectoryOptions>(directory =>
                (directory.CachingStrategy, directory.CacheSize) = (GrainDirectoryOptions.CachingStrategyType.None, 1024)
            ); // of a cluster of one there is nothing to remember
            silo.Configure<SchedulingOptions>(scheduling => scheduling.StoppedActivationWarningInterval = Longest);
            foreach (
                var listener in silo
                    .Services.Where(service => service.IsKeyedService && service.ServiceType == typeof(IConnectionListenerFactory))
                    .ToList()
            )
            {
                silo.Services.Remove(listener);
                silo.Services.AddKeyedSingleton<IConnectionListenerFactory, NoListener>(listener.ServiceKey);
            }
        });
        _host = builder.Build();
        Work = new GrainWork(_host.Services.GetRequiredService<IGrainFactory>(), _host.Services.GetRequiredService<WatchedSubjects>());
    }

    /// <summary>Hands a watch's work to the grains; for one watch, once it is started.</summary>
    public IWatchWork Work { get; }

    /// <summary>Starts it.</summary>
    public Task StartAsync(CancellationToken cancel) => _host.StartAsync(cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    /// <summary>Listens to nobody.</summary>
    private sealed class NoListener : IConnectionListenerFactory, IConnectionListener
    {
        /// <summary>A number that stands for a port and is none that is opened.</summary>
        public const int Port = 1;

        private readonly TaskCompletionSource<ConnectionContext?> _never = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndPoint EndPoint { get; private set; } = new IPEndPoint(IPAddress.Loopback, Port);

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            EndPoint = endpoint;
            return new(this);
        }

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(_never.Task);

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _never.TrySetResult(null);
            return default;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
