namespace Stillwatch.Range.Compare;

/// <summary>How the load of one client moves, in windows of ten minutes.</summary>
internal sealed class WindowShape
{
    /// <summary>A window, in seconds.</summary>
    public const int Seconds = 600;

    private const int WindowsOfDay = 144,
        FewestWindows = 100;

    private readonly SortedDictionary<long, double> _requests = [];

    /// <summary>Adds requests to window number <paramref name="window"/>.</summary>
    public void Add(long window, double requests) => _requests[window] = _requests.GetValueOrDefault(window) + requests;

    /// <summary>The measures of clients: one value each, where there are windows enough.</summary>
    public static Dictionary<string, List<double>> Measures(IEnumerable<WindowShape> clients)
    {
        var measures = new Dictionary<string, List<double>>(StringComparer.Ordinal)
        {
            ["amplitude of the daily rhythm"] = [],
            ["spread of log load between windows"] = [],
            ["correlation from window to window"] = [],
            ["share in its busiest 8 hours"] = [],
        };
        foreach (var client in clients.Where(client => client._requests.Count >= FewestWindows))
        {
            measures["amplitude of the daily rhythm"].Add(client.Amplitude());
            var (spread, correlation) = client.Wander();
            measures["spread of log load between windows"].Add(spread);
            measures["correlation from window to window"].Add(correlation);
            measures["share in its busiest 8 hours"].Add(client.Busiest());
        }

        return measures;
    }

    private double Amplitude()
    {
        var (sum, real, imaginary) = (0.0, 0.0, 0.0);
        foreach (var (window, requests) in _requests)
        {
            var angle = 2 * Math.PI * (window % WindowsOfDay) / WindowsOfDay;
            sum += requests;
            real += requests * Math.Cos(angle);
            imaginary += requests * Math.Sin(angle);
        }

        return 2 * Math.Sqrt(real * real + imaginary * imaginary) / sum;
    }

    private (double Spread, double Correlation) Wander()
    {
        var logs = _requests.Values.Select(requests => Math.Log(requests)).ToArray();
        var mean = logs.Average();
        var variance = logs.Average(log => (log - mean) * (log - mean));
        var together = logs.Zip(logs.Skip(1)).Sum(pair => (pair.First - mean) * (pair.Second - mean)) / logs.Length;
        return (Math.Sqrt(variance), variance > 0 ? together / variance : double.NaN);
    }

    private double Busiest()
    {
        var hours = new double[24];
        foreach (var (window, requests) in _requests)
        {
            hours[window % WindowsOfDay / 6] += requests;
        }

        return Enumerable.Range(0, 24).Max(start => Enumerable.Range(0, 8).Sum(hour => hours[(start + hour) % 24])) / hours.Sum();
    }
}
