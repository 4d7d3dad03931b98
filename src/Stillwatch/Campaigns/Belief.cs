using Stillwatch.Signals;

namespace Stillwatch.Campaigns;

/// <summary>
/// What is believed of a subject: by each detector the highest reading of the period and what it weighs. A weight only rises; at the end of
/// a period the account begins anew and keeps the best that it had.
/// </summary>
internal sealed class Belief
{
    private readonly double[] _highest = NewHighest();
    private readonly Weight[] _weights = new Weight[Profile.Count];
    private double _past;

    /// <summary>The mean of the detectors' e-values by their shares, the best of any period so far.</summary>
    public double E { get; private set; }

    /// <summary>By detector, the highest raw statistic of this period.</summary>
    public ReadOnlySpan<double> Highest => _highest;

    /// <summary>By detector, what the highest weighs.</summary>
    public ReadOnlySpan<Weight> Weights => _weights;

    /// <summary>Reads <paramref name="profile"/>; weighs what rose by <paramref name="scale"/>.</summary>
    /// <returns>Whether the e-value rose.</returns>
    public bool Read(Profile profile, NullDistribution?[] scale)
    {
        Span<double> raw = stackalloc double[_highest.Length];
        for (var i = 0; i < raw.Length; i++)
        {
            raw[i] = profile.Read(i).Raw;
        }

        return Raise(raw, scale);
    }

    /// <summary>Takes <paramref name="raw"/> statistics, one a detector; weighs what rose by <paramref name="scale"/>.</summary>
    /// <returns>Whether the e-value rose.</returns>
    public bool Raise(ReadOnlySpan<double> raw, NullDistribution?[] scale)
    {
        var rose = false;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] > _highest[i])
            {
                _highest[i] = raw[i];
                _weights[i] = scale[i]?.Weigh(raw[i]) ?? Weight.Neutral;
                rose = true;
            }
        }

        if (!rose)
        {
            return false;
        }

        var sum = 0.0;
        for (var i = 0; i < _weights.Length; i++)
        {
            sum += Detector.All[i].Share * _weights[i].E;
        }

        var before = E;
        E = Math.Max(E, Math.Max(_past, sum));
        return E > before;
    }

    /// <summary>Begins a new period.</summary>
    public void BeginPeriod()
    {
        _past = E;
        Array.Fill(_highest, double.NegativeInfinity);
    }

    private static double[] NewHighest()
    {
        var highest = new double[Profile.Count];
        Array.Fill(highest, double.NegativeInfinity);
        return highest;
    }
}
