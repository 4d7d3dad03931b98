using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Stillwatch.Console;

/// <summary>The console's server, on loopback. In this version a start page that says what there is.</summary>
public static class ConsoleServer
{
    /// <summary>Serves until <paramref name="cancel"/>.</summary>
    /// <param name="port">The port on loopback; 0 takes a free one.</param>
    /// <param name="started">Told the address once it answers.</param>
    /// <param name="cancel">Stops the server.</param>
    /// <exception cref="IOException">The port cannot be had.</exception>
    public static async Task RunAsync(int port, Action<string> started, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, port));
        await using var app = builder.Build();
        app.MapGet("/", () => Results.Content(StartPage.Html, "text/html; charset=utf-8"));
        app.MapGet("/healthz", () => Results.Text("ok\n"));
        await app.StartAsync(cancel);
        started(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        await app.WaitForShutdownAsync(cancel);
    }
}
