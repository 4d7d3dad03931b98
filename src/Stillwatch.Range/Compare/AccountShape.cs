using Stillwatch.Exchanges;
using Stillwatch.Features;

namespace Stillwatch.Range.Compare;

/// <summary>
/// How one account behaves, in figures that a real log and a simulated one can be compared by. Fed with exchanges in order of time.
/// </summary>
internal sealed class AccountShape
{
    private const int MostGaps = 400;

    private readonly long[] _hours = new long[24];
    private readonly HashSet<ulong> _bodies = [],
        _skeletons = [];
    private readonly Dictionary<ulong, int> _openings = [];
    private readonly HashSet<ulong> _forms = [];
    private readonly List<double> _gaps = [];
    private readonly HashSet<long> _days = [];
    private long _exchanges,
        _followUps,
        _turns;
    private double _logWords,
        _logIn,
        _logOut;
    private EventTime _last;

    /// <summary>Names of the measures, in the order of <see cref="Measures"/>.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "exchanges a day it was there (log10)",
        "days with any",
        "median gap, s (log10)",
        "spread of gaps (log10)",
        "share in its busiest 8 hours",
        "words of a prompt (log10)",
        "tokens in (log10)",
        "tokens out (log10)",
        "repeats, share",
        "follow-ups, share",
        "turns",
        "its commonest opening, share",
        "different templates, share",
        "different forms, share",
    ];

    /// <summary>Exchanges seen.</summary>
    public long Exchanges => _exchanges;

    /// <summary>Takes an exchange.</summary>
    public void Take(in ExchangeFeatures features)
    {
        if (_exchanges++ > 0 && _gaps.Count < MostGaps)
        {
            _gaps.Add(Math.Log10(Math.Max(0.01, (features.At.Micros - _last.Micros) / 1e6)));
        }

        _last = features.At;
        _hours[(int)(features.At.Window(EventTime.Hour) % 24)]++;
        _days.Add(features.At.Window(EventTime.Day));
        _bodies.Add(features.Body);
        _skeletons.Add(features.Skeleton);
        _openings[features.Opening] = _openings.GetValueOrDefault(features.Opening) + 1;
        _followUps += features.Has(ExchangeTraits.FollowUp) ? 1 : 0;
        _turns += features.Turns;
        _logWords += Math.Log10(1 + features.Words);
        _logIn += Math.Log10(1 + features.InputTokens);
        _logOut += Math.Log10(1 + features.OutputTokens);
        _forms.Add(features.Form.Fingerprint);
    }

    /// <summary>The measures.</summary>
    public double[] Measures()
    {
        var n = (double)_exchanges;
        _gaps.Sort();
        var busiest = Enumerable.Range(0, 24).Max(start => Enumerable.Range(0, 8).Sum(hour => _hours[(start + hour) % 24]));
        var mean = _gaps.Count == 0 ? 0 : _gaps.Average();
        return
        [
            Math.Log10(n / _days.Count),
            _days.Count,
            _gaps.Count == 0 ? double.NaN : _gaps[_gaps.Count / 2],
            _gaps.Count < 2 ? double.NaN : Math.Sqrt(_gaps.Average(gap => (gap - mean) * (gap - mean))),
            busiest / n,
            _logWords / n,
            _logIn / n,
            _logOut / n,
            1 - _bodies.Count / n,
            _followUps / n,
            _turns / n,
            _openings.Values.Max() / n,
            _skeletons.Count / n,
            _forms.Count / n,
        ];
    }
}
