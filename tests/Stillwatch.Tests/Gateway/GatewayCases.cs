using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>What the tests of the cases (<c>shared/cases/gateway</c>) begin with.</summary>
internal static class GatewayCases
{
    public const string Messages = """{"model":"m1","messages":[]}""";

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<LiveDeployment> Start(ByteUpstream upstream, string config)
    {
        using var folder = new LogFolder();
        return await LiveDeployment.StartAsync(
            [("gateway.health_seconds", "3600")],
            upstreams: [upstream.Address],
            config: config.Length == 0 ? null : folder.Write("c.yaml", config)
        );
    }

    public static string Key(LiveDeployment live, string? tier) =>
        tier == null ? live.Key : live.Running.Accounts.CreateKey("of-" + tier, null, tier, "test", null);
}
