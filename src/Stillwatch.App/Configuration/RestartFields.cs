using System.Net;

namespace Stillwatch.App.Configuration;

/// <summary>The fields that a running deployment does not take before a restart: docs/configuration.md has the same list.</summary>
internal static class RestartFields
{
    private static readonly (string Name, Func<Settings, object?> Value)[] All =
    [
        ("gateway.address", settings => settings.Listen.Address),
        ("gateway.port", settings => settings.Listen.Port),
        ("gateway.tls", settings => settings.Listen.Certificate?.Files),
        ("gateway.asn_database", settings => settings.Gateway.AsnDatabase),
        ("gateway.country_database", settings => settings.Gateway.CountryDatabase),
        ("console", settings =>
            (new IPEndPoint(settings.Console.Address, settings.Console.Port), settings.Simulate, string.Join(' ', settings.ConsoleHosts))
        ),
        ("journal", settings => settings.Journal),
        ("journal.seal and journal.retention", settings => settings.Retention),
        ("follow_folder", settings => settings.FollowFolder),
        ("telemetry", settings => settings.Traces),
        ("logs", settings => (settings.LogFormat, settings.LogExchanges)),
        ("calibration", settings => settings.Calibration),
        ("webhooks", settings =>
            string.Join(' ', settings.Webhooks.Select(one => $"{one.Url} {one.Account} {Convert.ToHexString(one.Secret)}"))
        ),
        ("decisions", settings => (settings.Decisions, settings.DecisionsPostgres)),
        ("house.threads", settings => settings.House.Threads),
    ];

    /// <summary>Those of them that differ between what runs and what was read now.</summary>
    public static IReadOnlyList<string> Changed(Settings running, Settings read)
    {
        List<string> changed = [.. All.Where(field => !Equals(field.Value(running), field.Value(read))).Select(field => field.Name)];
        if (read.Gateway.MostRequestBytes > running.Gateway.MostRequestBytes)
        {
            changed.Add("a higher gateway.max_request_bytes");
        }

        return changed;
    }
}
