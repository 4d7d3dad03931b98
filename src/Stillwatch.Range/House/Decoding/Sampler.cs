using System.Numerics.Tensors;

namespace Stillwatch.Range.House.Decoding;

/// <summary>Draws the next token. Whoever wants to draw otherwise, as marks do, changes the logits or the draw.</summary>
internal class Sampler
{
    private const double Coldest = 1e-4; // below it the likeliest is taken: its inverse would be beyond what can be counted

    /// <summary>The plain one.</summary>
    public static Sampler Plain { get; } = new();

    /// <summary>
    /// Changes the logits of what comes after <paramref name="context"/>, prompt and answer so far; called after bias and penalties, before
    /// temperature.
    /// </summary>
    public virtual void Adjust(ReadOnlySpan<int> context, Span<float> logits) { }

    /// <summary>Draws one of the tokens of these <paramref name="probabilities"/>, which sum to 1.</summary>
    protected virtual int Draw(ReadOnlySpan<int> context, ReadOnlySpan<float> probabilities, Random chance)
    {
        var at = chance.NextDouble();
        var last = 0;
        for (var token = 0; token < probabilities.Length; token++)
        {
            if (probabilities[token] > 0)
            {
                last = token;
                at -= probabilities[token];
                if (at < 0)
                {
                    break;
                }
            }
        }

        return last;
    }

    /// <summary>The next token, with what was likely.</summary>
    /// <param name="sampling">How it is drawn.</param>
    /// <param name="context">Prompt and answer so far.</param>
    /// <param name="prompt">How many of those are the prompt's.</param>
    /// <param name="logits">Its logits; written over.</param>
    /// <param name="chance">What draws.</param>
    public Token Next(Sampling sampling, ReadOnlySpan<int> context, int prompt, Span<float> logits, Random chance)
    {
        Penalise(sampling, context[prompt..], logits);
        Adjust(context, logits);
        var token = sampling.Temperature < Coldest ? TensorPrimitives.IndexOfMax<float>(logits) : -1;
        var told = sampling.Alternatives >= 0 ? LogProbabilities(logits) : null;
        if (token < 0)
        {
            TensorPrimitives.Multiply(logits, (float)(1 / sampling.Temperature), logits);
            // or a bias of 100 would be beyond what can be raised
            TensorPrimitives.Subtract(logits, TensorPrimitives.Max<float>(logits), logits);
            TensorPrimitives.SoftMax(logits, logits);
            if (sampling.TopP < 1)
            {
                Cut(logits, sampling.TopP);
            }

            token = Draw(context, logits, chance);
        }

        return new Token(token, told?[token] ?? 0, told == null ? [] : Likeliest(told, sampling.Alternatives));
    }

    private static void Penalise(Sampling sampling, ReadOnlySpan<int> answer, Span<float> logits)
    {
        if (sampling.FrequencyPenalty != 0 || sampling.PresencePenalty != 0)
        {
            var came = new Dictionary<int, int>();
            foreach (var token in answer)
            {
                came[token] = came.GetValueOrDefault(token) + 1;
            }

            foreach (var (token, times) in came)
            {
                logits[token] -= (float)(times * sampling.FrequencyPenalty + sampling.PresencePenalty);
            }
        }

        foreach (var (token, bias) in sampling.Bias ?? new Dictionary<int, float>())
        {
            if ((uint)token < (uint)logits.Length)
            {
                logits[token] += bias;
            }
        }
    }

    private static float[] LogProbabilities(ReadOnlySpan<float> logits)
    {
        var told = new float[logits.Length];
        var most = TensorPrimitives.Max(logits);
        TensorPrimitives.Subtract(logits, most, told);
        var exponentials = new float[logits.Length];
        TensorPrimitives.Exp(told, exponentials);
        TensorPrimitives.Subtract(told, MathF.Log(TensorPrimitives.Sum<float>(exponentials)), told);
        return told;
    }

    private static (int, float)[] Likeliest(float[] told, int count) =>
        [
            .. Enumerable
                .Range(0, told.Length)
                .OrderByDescending(token => told[token])
                .ThenBy(token => token)
                .Take(count)
                .Select(token => (token, told[token])),
        ];

    /// <summary>Leaves the likeliest that make up <paramref name="share"/>, and makes them sum to 1.</summary>
    private static void Cut(Span<float> probabilities, double share)
    {
        var sorted = probabilities.ToArray();
        Array.Sort(sorted);
        var (sum, at) = (0.0, sorted.Length);
        while (at > 0 && (at == sorted.Length || sum < share)) // one at the least
        {
            sum += sorted[--at];
        }

        var least = sorted[at];
        for (var token = 0; token < probabilities.Length; token++)
        {
            probabilities[token] = probabilities[token] >= least ? probabilities[token] : 0;
        }

        TensorPrimitives.Divide(probabilities, TensorPrimitives.Sum<float>(probabilities), probabilities);
    }
}
