using Stillwatch.App.Configuration;

namespace Stillwatch.App.Trials.Replay;

/// <summary>How a replay goes.</summary>
/// <param name="Folder">The gateway's data folder.</param>
/// <param name="Into">The gateway.</param>
/// <param name="Accounts">Account facts that are imported first; null for none.</param>
/// <param name="Speed">How many times faster than it happened; infinity for as fast as it goes.</param>
/// <param name="Connections">Exchanges that are open at once, at most.</param>
/// <param name="Quiet">Whether progress is not shown.</param>
internal sealed record ReplayPlan(DataFolder Folder, Uri Into, string? Accounts, double Speed, int Connections, bool Quiet);
