using MathNet.Numerics;
using Stillwatch.Statistics;
using Xunit;

namespace Stillwatch.Tests.Statistics;

public sealed class MixtureTests
{
    private const int Cells = 48,
        Phases = 4;
    private const double Concentration = 6;

    private readonly Mixture _mixture = new(Cells, Concentration);
    private readonly Random _random = new(21);

    /// <summary>Worked out a second time here, as the formula of the paper stands: no tables, nothing passed over.</summary>
    [Fact]
    public void Bits_WhenAnyTwoHistogramsAreCompared_ThenItIsTheBayesFactorOfTheFormula()
    {
        for (var run = 0; run < 400; run++)
        {
            var background = Shares(Cells, _random);
            var (a, b) = (
                Draws(run % 7 == 0 ? background : Shares(Cells, _random), _random.Next(1, 300)),
                Draws(background, _random.Next(1, run % 50 == 0 ? 20_000 : 300))
            );
            var phases =
                run % 2 == 0
                    ? []
                    : Enumerable
                        .Range(0, Phases)
                        .Select(phase => Enumerable.Range(0, Cells).Where(cell => cell % Phases == phase).Sum(cell => background[cell]))
                        .ToArray();
            var expected = Formula(a, b, background, phases);
            Assert.Equal(expected, _mixture.Bits(a, b, Logs(background), Logs(phases)), 5);
            Assert.Equal(_mixture.Bits(a, b, Logs(background), Logs(phases)), _mixture.Bits(b, a, Logs(background), Logs(phases)), 9);
        }
    }

    [Fact]
    public void Bits_WhenEitherSawNothing_ThenItSaysNothing()
    {
        var background = Logs(Shares(Cells, _random));
        var some = Draws(Shares(Cells, _random), 30);
        Assert.Equal(0, _mixture.Bits(some, new ushort[Cells], background));
        Assert.Equal(0, _mixture.Bits(new ushort[Cells], some, background));
        Assert.Equal(0, _mixture.Bits(new ushort[Cells], new ushort[Cells], background));
    }

    [Fact]
    public void Bits_WhenTwoShareAMixtureOfTheirOwn_ThenItSpeaksForOneHandAndMoreTheMoreWasSeen()
    {
        var (background, own) = (Logs(Enumerable.Repeat(1.0 / Cells, Cells).ToArray()), Peaked(3, 17, 40));
        var few = _mixture.Bits(Draws(own, 12), Draws(own, 12), background);
        var many = _mixture.Bits(Draws(own, 400), Draws(own, 400), background);
        Assert.InRange(few, 1, many);
        Assert.InRange(many, 20, 10_000);
    }

    [Fact]
    public void Bits_WhenTheirMixturesAreUnlike_ThenItSpeaksAgainst()
    {
        var background = Logs(Enumerable.Repeat(1.0 / Cells, Cells).ToArray());
        Assert.InRange(
            _mixture.Bits(Draws(Peaked(3, 17, 40), 200), Draws(Peaked(5, 20, 31), 200), background),
            double.NegativeInfinity,
            -50
        );
    }

    [Fact]
    public void Bits_WhenBothAreLikeEverybody_ThenItComesToNothing()
    {
        var everybody = Peaked(3, 17, 40);
        for (var run = 0; run < 50; run++)
        {
            Assert.InRange(_mixture.Bits(Draws(everybody, 100), Draws(everybody, 100), Logs(everybody)), -1e-9, 12);
        }

        Assert.InRange(_mixture.Bits(Draws(everybody, 2_000), Draws(everybody, 2_000), Logs(everybody)), -1e-9, 12);
    }

    private static double Formula(ushort[] a, ushort[] b, double[] background, double[] phases)
    {
        double OfOne(long[] counts, bool ownPhases)
        {
            var total = counts.Sum();
            var prior =
                counts.Sum(count =>
                    SpecialFunctions.GammaLn(Concentration / Cells + count) - SpecialFunctions.GammaLn(Concentration / Cells)
                ) - (SpecialFunctions.GammaLn(Concentration + total) - SpecialFunctions.GammaLn(Concentration));
            var plain = counts.Select((count, cell) => count * Math.Log(background[cell])).Sum();
            for (var phase = 0; ownPhases && phase < phases.Length; phase++)
            {
                var inPhase = counts.Where((_, cell) => cell % phases.Length == phase).Sum();
                plain += inPhase == 0 ? 0 : inPhase * (Math.Log((double)inPhase / total) - Math.Log(phases[phase]));
            }

            return Math.Max(prior, plain);
        }

        long[] first = [.. a.Select(count => (long)count)],
            second = [.. b.Select(count => (long)count)];
        return (OfOne([.. first.Zip(second, (x, y) => x + y)], true) - OfOne(first, true) - OfOne(second, true)) / Math.Log(2);
    }

    private ushort[] Draws(double[] shares, int count)
    {
        var drawn = new ushort[shares.Length];
        for (var i = 0; i < count; i++)
        {
            var (at, left) = (0, _random.NextDouble());
            while (at < shares.Length - 1 && (left -= shares[at]) > 0)
            {
                at++;
            }

            drawn[at]++;
        }

        return drawn;
    }

    private static double[] Peaked(params int[] cells)
    {
        var shares = Enumerable.Repeat(0.1 / Cells, Cells).ToArray();
        foreach (var cell in cells)
        {
            shares[cell] += 0.9 / cells.Length;
        }

        return shares;
    }

    private static double[] Shares(int cells, Random random)
    {
        var weights = Enumerable.Range(0, cells).Select(_ => random.Next(4) == 0 ? 0.001 : random.NextDouble()).ToArray();
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    private static double[] Logs(double[] shares) => [.. shares.Select(share => Math.Log(share))];
}
