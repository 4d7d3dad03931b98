using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Stillwatch.Console.Desk;
using Stillwatch.Signals;

namespace Stillwatch.Console;

/// <summary>What the console shows and does, as the program gives it: it knows neither the gateway nor the engine.</summary>
public sealed record ConsoleParts
{
    /// <summary>The token that every request but the start page must carry.</summary>
    public required string Token { get; init; }

    /// <summary>Names of hosts by which it may be called, besides addresses and <c>localhost</c>.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Adds the endpoint of metrics, <c>/metrics</c>, behind the token.</summary>
    public required Action<IApplicationBuilder> Metrics { get; init; }

    /// <summary>Writes the state of all parts as JSON.</summary>
    public required Func<IBufferWriter<byte>, Task> Status { get; init; }

    /// <summary>Writes what the watch believes as a scan result.</summary>
    public required Func<Stream, Task> Findings { get; init; }

    /// <summary>Writes what the watch believes as a page for people, without any text of an exchange.</summary>
    public required Func<Stream, Task> Report { get; init; }

    /// <summary>Writes the live view as JSON: few, the latest first.</summary>
    public required Func<IBufferWriter<byte>, Task> Live { get; init; }

    /// <summary>
    /// Follows the signals from the one behind an id on, null for all that are kept: those that there are, and, where it waits, each as it
    /// comes.
    /// </summary>
    /// <remarks>Throws <see cref="KeyNotFoundException"/> where nothing of that id is kept.</remarks>
    public required Func<string?, bool, CancellationToken, IAsyncEnumerable<LoggedSignal>> Signals { get; init; }

    /// <summary>Follows the id of a campaign or a lead to that of today; null where it was never given.</summary>
    public required Func<CampaignId, Task<CampaignId?>> Follow { get; init; }

    /// <summary>
    /// Takes lines of an exchange log from outside; gives back how many were taken, how many were not, and the first complaints.
    /// </summary>
    public required Func<
        Stream,
        CancellationToken,
        Task<(long Taken, long Rejected, IReadOnlyList<string> Complaints)>
    > Lines { get; init; }

    /// <summary>
    /// Takes at once what another process changed in accounts, keys and the vault; gives back the tiers that accounts name and the
    /// configuration does not, null where the store does not answer.
    /// </summary>
    public required Func<IReadOnlyList<string>?> Refresh { get; init; }

    /// <summary>What people decide with.</summary>
    public required IDesk Desk { get; init; }

    /// <summary>Switches a simulated failure on or off; false where there is none of that name.</summary>
    public required Func<string, bool, bool> Simulate { get; init; }
}
