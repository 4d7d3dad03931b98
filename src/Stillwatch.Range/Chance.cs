using Stillwatch.Sketches;

namespace Stillwatch.Range;

/// <summary>
/// Chance from a seed that is passed in: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014,
/// figure 16).
/// One worker has one of these and begins it anew for everything that it makes, so that nothing depends on what was made before.
/// </summary>
internal sealed class Chance : Random
{
    private const ulong Step = 0x9E37_79B9_7F4A_7C15;

    private ulong _state;

    /// <summary>Begins anew.</summary>
    public Chance Begin(ulong seed)
    {
        _state = seed;
        return this;
    }

    /// <summary>The seed of a part: of a day of an account, of a turn of a conversation.</summary>
    public static ulong Seed(ulong whole, ulong part) => KeyedHash.Fold(whole, part + 1);

    /// <summary>The next 64 bits.</summary>
    public ulong Bits() => KeyedHash.Mix(_state += Step);

    /// <inheritdoc/>
    public override double NextDouble() => (Bits() >> 11) * (1.0 / (1UL << 53));

    /// <inheritdoc/>
    public override int Next(int maxValue) => (int)((Bits() >> 32) * (ulong)maxValue >> 32);

    /// <inheritdoc/>
    public override int Next(int minValue, int maxValue) => minValue + Next(maxValue - minValue);

    /// <inheritdoc/>
    public override int Next() => Next(int.MaxValue);

    /// <inheritdoc/>
    public override long NextInt64() => (long)(Bits() >> 1);

    /// <inheritdoc/>
    public override void NextBytes(Span<byte> buffer)
    {
        foreach (ref var one in buffer)
        {
            one = (byte)Bits();
        }
    }

    /// <inheritdoc/>
    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    /// <inheritdoc/>
    protected override double Sample() => NextDouble();

    /// <summary>Whether something of this probability happens.</summary>
    public bool Is(double probability) => NextDouble() < probability;

    /// <summary>One of them.</summary>
    public T Pick<T>(IReadOnlyList<T> some) => some[Next(some.Count)];

    /// <summary>A standard normal value (Box and Muller, Ann. Math. Stat. 1958).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>A log-normal value, by the mean and the standard deviation of its logarithm.</summary>
    public double LogNormal(double mean, double deviation) => Math.Exp(mean + deviation * Normal());

    /// <summary>A count with mean <paramref name="mean"/>.</summary>
    public int Poisson(double mean) => mean <= 0 ? 0 : MathNet.Numerics.Distributions.Poisson.Sample(this, mean);

    /// <summary>A rank below <paramref name="count"/>, the first ones more often: about Zipf's law with exponent 1.</summary>
    public int Rank(int count) => Math.Min(count - 1, (int)(Math.Pow(count + 1, NextDouble()) - 1));
}
