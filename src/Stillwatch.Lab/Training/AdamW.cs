using static TorchSharp.torch;

namespace Stillwatch.Lab.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019, algorithm 2) over all weights at once, after the gradient was cut to
/// length 1.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double First = 0.9,
        Second = 0.95,
        Decay = 0.1,
        Epsilon = 1e-8,
        LongestGradient = 1;

    private readonly Tensor _weights,
        _decaying;

    /// <summary>Begins with nothing seen.</summary>
    public AdamW(Network network)
    {
        (_weights, _decaying) = (network.Weights, network.Decaying());
        (Mean, Square) = (zeros_like(_weights).detach(), zeros_like(_weights).detach());
    }

    /// <summary>The running mean of the gradient, and of its square.</summary>
    public Tensor Mean { get; }

    /// <inheritdoc cref="Mean"/>
    public Tensor Square { get; }

    /// <summary>Takes a step along the weights' gradient, and forgets it.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="step">The number of the step, from 1.</param>
    public void Step(double rate, int step)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var gradient = _weights.grad!;
        var length = gradient.norm().item<float>();
        if (length > LongestGradient)
        {
            gradient.mul_(LongestGradient / length);
        }

        var weights = _weights.detach();
        weights.mul_(1 - _decaying * (rate * Decay));
        Mean.mul_(First).add_(gradient, alpha: 1 - First);
        Square.mul_(Second).addcmul_(gradient, gradient, 1 - Second);
        var spread = Square.sqrt().div_(Math.Sqrt(1 - Math.Pow(Second, step))).add_(Epsilon);
        weights.addcdiv_(Mean, spread, -rate / (1 - Math.Pow(First, step)));
        gradient.zero_();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _decaying.Dispose();
        Mean.Dispose();
        Square.Dispose();
    }
}
