using Stillwatch.Features;

namespace Stillwatch.Range.Compare;

/// <summary>What single requests are like, whoever sends them.</summary>
internal sealed class RequestShape
{
    private readonly List<double> _words = [],
        _turns = [],
        _out = [],
        _in = [];

    /// <summary>Adds a request.</summary>
    /// <param name="features">Its features.</param>
    /// <param name="answered">Whether its answer is known.</param>
    public void Add(in ExchangeFeatures features, bool answered)
    {
        _words.Add(Math.Log10(1 + features.Words));
        _turns.Add(features.Turns);
        _in.Add(Math.Log10(1 + features.InputTokens));
        if (answered)
        {
            _out.Add(Math.Log10(1 + features.OutputTokens));
        }
    }

    /// <summary>The measures: one value a request.</summary>
    public Dictionary<string, List<double>> Measures() =>
        new(StringComparer.Ordinal)
        {
            ["words of a prompt (log10)"] = _words,
            ["messages in a request"] = _turns,
            ["tokens in (log10)"] = _in,
            ["tokens out (log10)"] = _out,
        };
}
