namespace Stillwatch.Statistics;

/// <summary>What a raw statistic weighs for an account drawn from the honest population: an e-value.</summary>
/// <param name="E">The e-value, at least 0: on average at most 1 for an honest account.</param>
/// <param name="Extrapolated">Whether it rests on the fitted tail, beyond what any calibration account showed.</param>
public readonly record struct Weight(double E, bool Extrapolated)
{
    /// <summary>No opinion.</summary>
    public static Weight Neutral => new(1, false);

    /// <summary>The weight in bits.</summary>
    public double Bits => Math.Log2(E);
}
