using Stillwatch.Exchanges;

namespace Stillwatch.Gateway.Enforce;

/// <summary>
/// Sees when flagged accounts turn to what was released: campaigns did so within a day of a release, and whoever released it can roll it
/// back within the hour. People are told once a day for each model; nothing is done. Safe for use from many threads.
/// </summary>
internal sealed class PivotWatch(GatewayServices services)
{
    /// <summary>Flagged accounts that ask for it within an hour, from which on people are told.</summary>
    public const int LeastAccounts = 3;

    private const int MostAccounts = 10_000,
        MostModels = 1_000,
        LongestModel = 200;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Turned> _models = new(StringComparer.Ordinal);

    /// <summary>Takes a request for a model that is under the release process, of an account that may have it.</summary>
    public void Take(string model, string account)
    {
        if (model.Length > LongestModel || !services.Flagged.IsFlagged(account))
        {
            return;
        }

        var now = services.Now();
        GatewayAlert alert;
        lock (_gate)
        {
            if (!_models.TryGetValue(model, out var turned))
            {
                if (_models.Count >= MostModels)
                {
                    Evict(new EventTime(now.Micros - EventTime.Hour));
                }

                _models[model] = turned = new();
            }

            turned.Forget(new EventTime(now.Micros - EventTime.Hour));
            if (turned.Accounts.Count < MostAccounts)
            {
                turned.Accounts[account] = now;
            }

            if (turned.Accounts.Count < LeastAccounts || turned.ToldOn == now.Window(EventTime.Day))
            {
                return;
            }

            turned.ToldOn = now.Window(EventTime.Day);
            alert = new(
                account,
                "pivot",
                $"{turned.Accounts.Count:N0} flagged accounts turned to '{model}' within an hour, {account} among them; it is under the "
                    + "release process: ./stillwatch release list shows by which release they have it, release roll-back takes it back"
            );
        }

        services.Metrics.Policy("pivot", "alert");
        services.Alert?.Invoke(alert);
    }

    /// <summary>
    /// Forgets models that nobody turned to within the hour; where all are asked for, all: whoever floods it hides for an hour.
    /// </summary>
    private void Evict(EventTime before)
    {
        foreach (var (model, turned) in _models.ToList())
        {
            turned.Forget(before);
            if (turned.Accounts.Count == 0)
            {
                _models.Remove(model);
            }
        }

        if (_models.Count >= MostModels)
        {
            _models.Clear();
        }
    }

    private sealed class Turned
    {
        public Dictionary<string, EventTime> Accounts { get; } = new(StringComparer.Ordinal);

        public long ToldOn { get; set; } = long.MinValue;

        public void Forget(EventTime before)
        {
            foreach (var account in Accounts.Where(one => one.Value < before).Select(one => one.Key).ToList())
            {
                Accounts.Remove(account);
            }
        }
    }
}
