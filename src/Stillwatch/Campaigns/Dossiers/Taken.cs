using System.Numerics;
using Stillwatch.Exchanges;
using Stillwatch.Features;

namespace Stillwatch.Campaigns.Dossiers;

/// <summary>What a subject took, day by day and by capability, and how much of the model's behaviour that covers.</summary>
public sealed class Taken
{
    private readonly SortedDictionary<long, Day> _days = [];

    /// <summary>One day's: exchanges and tokens out, in all and by capability, and the cells of behaviour reached up to its end.</summary>
    /// <param name="ByCapability">Exchanges by capability.</param>
    /// <param name="TokensByCapability">Tokens out by capability.</param>
    /// <param name="Cells">The cells of behaviour that it reached.</param>
    private sealed record Day(long[] ByCapability, long[] TokensByCapability, HashSet<int> Cells)
    {
        public long Exchanges { get; set; }

        public long OutputTokens { get; set; }
    }

    /// <summary>Takes an exchange.</summary>
    public void Observe(in ExchangeFeatures features)
    {
        var at = features.At.Window(EventTime.Day);
        if (!_days.TryGetValue(at, out var day))
        {
            _days[at] = day = new Day(new long[ShownCapabilities.Names.Count], new long[ShownCapabilities.Names.Count], []);
        }

        day.Exchanges++;
        day.OutputTokens += features.OutputTokens;
        for (var shown = ShownCapabilities.Of(features); shown != 0; shown &= shown - 1)
        {
            var capability = BitOperations.TrailingZeroCount(shown);
            day.ByCapability[capability]++;
            day.TokensByCapability[capability] += features.OutputTokens;
        }

        day.Cells.Add(Behaviour.Cell(features));
    }

    /// <summary>By capability: exchanges and tokens out, in all.</summary>
    public IReadOnlyList<(long Exchanges, long OutputTokens)> ByCapability =>
        [
            .. Enumerable
                .Range(0, ShownCapabilities.Names.Count)
                .Select(capability =>
                    (_days.Values.Sum(day => day.ByCapability[capability]), _days.Values.Sum(day => day.TokensByCapability[capability]))
                ),
        ];

    /// <summary>
    /// By day (since the epoch): exchanges, tokens out, exchanges by capability, and the share of <paramref name="behaviour"/> covered up
    /// to its end.
    /// </summary>
    public IEnumerable<(long Day, long Exchanges, long OutputTokens, IReadOnlyList<long> ByCapability, double Covered)> Days(
        Behaviour behaviour
    )
    {
        HashSet<int> cells = [];
        foreach (var (at, day) in _days)
        {
            cells.UnionWith(day.Cells);
            yield return (at, day.Exchanges, day.OutputTokens, day.ByCapability, behaviour.Share(cells));
        }
    }
}
