using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Readings;

/// <summary>
/// What a group's accounts' own readings came to together: by detector the highest of the period, and the highest statistic of any period
/// with what it was made of.
/// </summary>
/// <param name="statistic">The statistic.</param>
internal sealed class GroupReadings(GroupStatistic statistic)
{
    private readonly double[] _highest = Nothing(); // of this period
    private double[] _atBest = Nothing();

    /// <summary>The highest statistic of any period; 0 before the first reading.</summary>
    public double Statistic { get; private set; }

    /// <summary>By detector, what the accounts came to together in the period of the highest statistic.</summary>
    public ReadOnlySpan<double> AtBest => _atBest;

    /// <inheritdoc cref="GroupStatistic.OfOne"/>
    public (double Bits, bool Beyond, double Times) OfOne(int detector) => statistic.OfOne(detector, _atBest[detector]);

    /// <summary>What the statistic has to say.</summary>
    public string Explain() => statistic.Explain(_atBest);

    /// <summary>Takes what the accounts come to together now, one a detector.</summary>
    public void Raise(ReadOnlySpan<double> together)
    {
        for (var i = 0; i < together.Length; i++)
        {
            _highest[i] = Math.Max(_highest[i], together[i]);
        }

        if (statistic.Of(_highest) is var now && now >= Statistic)
        {
            Statistic = now;
            _highest.CopyTo(_atBest, 0);
        }
    }

    /// <summary>Begins a new period: what was read stays read.</summary>
    public void BeginPeriod() => Array.Fill(_highest, double.NegativeInfinity);

    /// <summary>Writes it to <paramref name="writer"/>.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.PutAll<double>(_highest);
        writer.PutAll<double>(_atBest);
        writer.Write(Statistic);
    }

    /// <summary>Takes what <see cref="Save"/> wrote.</summary>
    public void Load(BinaryReader reader)
    {
        reader.GetAll<double>().CopyTo(_highest, 0);
        _atBest = reader.GetAll<double>();
        Statistic = reader.ReadDouble();
    }

    private static double[] Nothing()
    {
        var nothing = new double[Signals.Profile.Count];
        Array.Fill(nothing, double.NegativeInfinity);
        return nothing;
    }
}
