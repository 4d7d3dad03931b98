using Microsoft.Extensions.Logging;

namespace Stillwatch.App.Operation;

/// <summary>Tells when a part begins to fail and when it is well again, once each.</summary>
internal sealed class PartsSeen(ILogger log)
{
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);

    /// <summary>
    /// Takes how each part is: its name, and what is wrong with it, null for nothing. A part that is no longer named is forgotten.
    /// </summary>
    public void See(IEnumerable<(string Part, string? Fault)> parts)
    {
        HashSet<string> named = new(StringComparer.Ordinal);
        foreach (var (part, fault) in parts)
        {
            named.Add(part);
            if (fault != null && _failing.Add(part))
            {
                log.PartFails(part, fault);
            }
            else if (fault == null && _failing.Remove(part))
            {
                log.PartWell(part);
            }
        }

        _failing.IntersectWith(named);
    }
}
