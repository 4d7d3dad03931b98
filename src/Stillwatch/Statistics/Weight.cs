namespace Stillwatch.Statistics;

/// <summary>What a raw statistic weighs: orders accounts.</summary>
/// <param name="Value">At least 0. Where it is not extrapolated it is an e-value, on average at most 1 for an account drawn from the honest
/// population; beyond that it is as good as the tail.</param>
/// <param name="Extrapolated">Whether it rests on the fitted tail, beyond what any calibration account showed.</param>
public readonly record struct Weight(double Value, bool Extrapolated)
{
    /// <summary>No opinion.</summary>
    public static Weight Neutral => new(1, false);

    /// <summary>The weight in bits.</summary>
    public double Bits => Math.Log2(Value);
}
