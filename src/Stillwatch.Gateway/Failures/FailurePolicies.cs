using Stillwatch.Gateway.Surface;

namespace Stillwatch.Gateway.Failures;

/// <summary>What becomes of an exchange where something of ours fails: what the settings say for each, and that it is counted.</summary>
internal static class FailurePolicies
{
    private const double StoreLateSeconds = 5,
        StoreFreshSeconds = 600,
        ShortMemory = 0.95;

    /// <summary>Refuses what comes while memory is short or the gateway is about to stop.</summary>
    public static Refusal? Overload(GatewayServices services, GatewayOptions options)
    {
        if (services.Draining)
        {
            return Refusal.Unavailable("This server is about to stop. Please try again.", "unavailable");
        }

        if (options.MemoryShort == OnMemoryShort.Shed && services.MemoryShare >= ShortMemory)
        {
            services.Metrics.Policy("memory", "refuse");
            return Refusal.Unavailable("The service is overloaded. Please try again.", "overloaded");
        }

        return null;
    }

    /// <summary>Refuses where the account store has not answered for long, and those who are known may not go on.</summary>
    public static Refusal? Store(GatewayServices services, GatewayOptions options)
    {
        var age = services.Directory.SecondsSinceAnswer;
        if (age <= StoreLateSeconds)
        {
            return null;
        }

        var closed = options.StoreFault == OnStoreFault.Closed || age > StoreFreshSeconds;
        services.Metrics.Policy("store", closed ? "closed" : "open");
        return closed ? Unavailable : null;
    }

    /// <summary>Refuses flagged accounts while nobody watches, where the settings want that.</summary>
    public static Refusal? Watch(GatewayServices services, Exchange exchange)
    {
        if (
            exchange.Options.WatchDead != OnWatchDead.ClosedForFlagged
            || services.Flagged.IsWatching
            || !services.Flagged.IsFlagged(exchange.Key!.Account.Name)
        )
        {
            return null;
        }

        services.Metrics.Policy("watch", "closed");
        return Unavailable;
    }

    /// <summary>Whether an exchange goes on that could not be put on record.</summary>
    public static bool MayGoUnrecorded(GatewayServices services, Exchange exchange)
    {
        var closed =
            exchange.Options.JournalFault == OnJournalFault.Closed
            || exchange.Options.JournalFault == OnJournalFault.OpenUnlessFlagged && services.Flagged.IsFlagged(exchange.Key!.Account.Name);
        services.Metrics.Policy("journal", closed ? "closed" : "open");
        return !closed;
    }

    /// <summary>Whether a body goes on of which nobody can tell what it asks for.</summary>
    /// <param name="services">What the steps share.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="matters">Whether anything hangs on what it asks for.</param>
    public static bool MayGoUndecoded(GatewayServices services, Exchange exchange, bool matters)
    {
        var refused = exchange.Options.Undecodable == OnUndecodable.Reject || matters;
        services.Metrics.Policy("undecodable", refused ? "reject" : "forward");
        return !refused;
    }

    /// <summary>The refusal of what cannot be served now.</summary>
    public static Refusal Unavailable => Refusal.Unavailable("The service cannot take this request now.", "unavailable");
}
