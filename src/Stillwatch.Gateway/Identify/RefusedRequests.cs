using Microsoft.Extensions.Logging;

namespace Stillwatch.Gateway.Identify;

/// <summary>
/// Lines of the program's log for requests that are refused before anybody is known: who still uses a key that was taken back is what an
/// operator asks first. One line for each key, address and reason in a minute, and for <see cref="MostLines"/> of these; how many were left
/// out is said with the next. Safe for use from many threads.
/// </summary>
internal sealed class RefusedRequests(ILogger log, TimeProvider clock)
{
    /// <summary>Its category.</summary>
    public const string Category = "Stillwatch.Refusals";

    /// <summary>The most lines in a minute.</summary>
    public const int MostLines = 300;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly HashSet<(string?, string?, string)> _said = [];
    private long _began;
    private long _leftOut;

    /// <summary>Notes one.</summary>
    /// <param name="reason">Why it was refused, as the error's code says.</param>
    /// <param name="keyId">The public id of the key, where it has the form of one.</param>
    /// <param name="account">Whose key it is or was, where that is known.</param>
    /// <param name="address">Where it came from.</param>
    /// <param name="path">What it asked for.</param>
    public void Say(string reason, string? keyId, string? account, string? address, string path)
    {
        if (!log.IsEnabled(LogLevel.Information))
        {
            return;
        }

        var leftOut = 0L;
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            if (_began == 0 || clock.GetElapsedTime(_began, now) >= Minute)
            {
                _said.Clear();
                (leftOut, _leftOut, _began) = (_leftOut, 0, now);
            }

            if (_said.Count >= MostLines || !_said.Add((keyId, address, reason)))
            {
                _leftOut++;
                return;
            }
        }

        if (leftOut > 0)
        {
            log.LogInformation("{Count} more requests like those were refused and have no line", leftOut);
        }

        log.LogInformation(
            "refused {Reason}: key {Key} of {Account} from {Address} to {Path}",
            reason,
            keyId ?? "(none)",
            account ?? "(unknown)",
            address ?? "(unknown)",
            path.Length <= 100 ? path : path[..100]
        );
    }
}
