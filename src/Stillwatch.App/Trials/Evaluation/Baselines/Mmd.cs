using Stillwatch.Campaigns.Dossiers;
using Stillwatch.Features;

namespace Stillwatch.App.Trials.Evaluation.Baselines;

/// <summary>The kernel two-sample test, <see cref="KernelTest"/>, against a draw of everybody's prompts, times the window's size.</summary>
internal sealed class Mmd : Baseline
{
    private const int Window = 200;
    private const int Fewest = 10;
    private readonly KernelTest _test;

    /// <summary>Draws the reference.</summary>
    public Mmd(IReadOnlyList<ExchangeFeatures> population)
    {
        var random = new Random(5);
        _test = new(Enumerable.Range(0, Window).Select(_ => KernelTest.Place(population[random.Next(population.Count)].Topic)));
    }

    /// <inheritdoc/>
    public override string Name => "MMD (RBF mixture)";

    /// <inheritdoc/>
    protected override double Of(IReadOnlyList<ExchangeFeatures> exchanges, int all)
    {
        var window = exchanges.Take(Window).Select(exchange => KernelTest.Place(exchange.Topic)).ToList();
        return window.Count < Fewest ? 0 : _test.Of(window) * window.Count;
    }
}
