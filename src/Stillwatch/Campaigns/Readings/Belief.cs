using Stillwatch.Signals;
using Stillwatch.Sketches;
using Stillwatch.Statistics;

namespace Stillwatch.Campaigns.Readings;

/// <summary>
/// What is believed of an account: by each detector the highest reading of the period and what it weighs. A weight only rises; at the end
/// of a period the account begins anew and keeps the best that it had, with its reasons.
/// </summary>
internal sealed class Belief
{
    private static readonly double[] Shares = [.. Detector.All.Select(detector => detector.Share)];

    private const double Scale = 1 << 20; // sums of statistics are kept in fixed point: their order does not matter

    private readonly double[] _highest = NewHighest();
    private readonly Weight[] _weights = new Weight[Profile.Count];
    private double _sum;
    private Past? _past;

    /// <summary>What the best of the earlier periods weighed, and what its detectors had to say.</summary>
    private sealed record Past(double Total, Weight[] Weights, string[] Texts);

    /// <summary>The mean of the detectors' weights by their shares, the best of any period so far.</summary>
    public double Total { get; private set; }

    /// <summary>By detector, the highest raw statistic of this period.</summary>
    public ReadOnlySpan<double> Highest => _highest;

    /// <summary>By detector, what the highest of the best period weighs.</summary>
    public ReadOnlySpan<Weight> Weights => _past is { } past && past.Total >= _sum ? past.Weights : _weights;

    /// <summary>What detector number <paramref name="detector"/> has to say of the best period.</summary>
    /// <param name="detector">Its number.</param>
    /// <param name="profile">Its profile in this period.</param>
    public string Explain(int detector, Profile profile) =>
        _past is { } past && past.Total >= _sum ? past.Texts[detector] : profile.Explain(detector);

    /// <summary>
    /// By how much the highest of detector number <paramref name="detector"/> is above an ordinary account's, in fixed point; 0 before the
    /// first reading.
    /// </summary>
    /// <param name="detector">Its number.</param>
    /// <param name="ordinary">What ordinary accounts come to; more than the most of it does not count.</param>
    public long Excess(int detector, Ordinary ordinary) =>
        double.IsFinite(_highest[detector]) ? (long)Math.Round((Math.Min(_highest[detector], ordinary.Most) - ordinary.Median) * Scale) : 0;

    /// <summary>The statistic that a sum of <see cref="Excess"/> stands for.</summary>
    public static double Statistic(long sum) => sum / Scale;

    /// <summary>Reads <paramref name="profile"/>; weighs what rose by <paramref name="scale"/>.</summary>
    /// <returns>Whether any reading rose.</returns>
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
    /// <returns>Whether any rose.</returns>
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

        _sum = 0;
        for (var i = 0; i < _weights.Length; i++)
        {
            _sum += Shares[i] * _weights[i].Value;
        }

        Total = Math.Max(Total, _sum);
        return true;
    }

    /// <summary>Begins a new period; <paramref name="profile"/> is that of the period that ends.</summary>
    public void BeginPeriod(Profile profile)
    {
        if (_sum > 1 && _sum > (_past?.Total ?? 0))
        {
            _past = new(_sum, [.. _weights], [.. _weights.Select((weight, i) => weight.Value > 1 ? profile.Explain(i) : "")]);
        }

        _sum = 0;
        Array.Fill(_highest, double.NegativeInfinity);
        Array.Clear(_weights);
    }

    /// <summary>Writes it to <paramref name="writer"/>.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.PutAll<double>(_highest);
        writer.PutAll<Weight>(_weights);
        writer.Write(_sum);
        writer.Write(Total);
        writer.Write(_past != null);
        if (_past != null)
        {
            writer.Write(_past.Total);
            writer.PutAll<Weight>(_past.Weights);
            foreach (var text in _past.Texts)
            {
                writer.Write(text);
            }
        }
    }

    /// <summary>Takes what <see cref="Save"/> wrote.</summary>
    public void Load(BinaryReader reader)
    {
        reader.GetAll<double>().CopyTo(_highest, 0);
        reader.GetAll<Weight>().CopyTo(_weights, 0);
        _sum = reader.ReadDouble();
        Total = reader.ReadDouble();
        if (reader.ReadBoolean())
        {
            var e = reader.ReadDouble();
            var weights = reader.GetAll<Weight>();
            _past = new(e, weights, [.. weights.Select(_ => reader.ReadString())]);
        }
    }

    private static double[] NewHighest()
    {
        var highest = new double[Profile.Count];
        Array.Fill(highest, double.NegativeInfinity);
        return highest;
    }
}
