using Microsoft.Extensions.Hosting;

namespace Stillwatch.Hosting;

/// <summary>Leaves the signals of the system to the program: it drains first, and then stops each host itself.</summary>
public sealed class NoLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
