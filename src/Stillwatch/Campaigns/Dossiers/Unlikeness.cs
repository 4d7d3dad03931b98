using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Dossiers;

/// <summary>
/// How unlike everybody's a subject's requests are, beside how unlike those of honest accounts are: for the analyst, and no part of any
/// decision, as honest customers are narrow (docs/detection.md, "Looked for and not there").
/// </summary>
public sealed class Unlikeness
{
    private const int MostOfEverybody = 400;
    private const int MostCompared = 200;
    private const int MostOfOne = 128;
    private const int Fewest = 15; // different requests, below which nothing is said

    private readonly TopicSample _everybody = new(MostOfEverybody);
    private readonly Dictionary<int, TopicSample> _compared;
    private readonly Dictionary<int, (Dossier? Of, int Account)> _firstAsked = []; // by cell of topic and capability, who did
    private long _all,
        _own;
    private (KernelTest Test, double[] Honest)? _test;

    /// <summary>Begins it.</summary>
    /// <param name="honest">The numbers of accounts that are before nobody; at most two hundred of them are taken, by hash.</param>
    public Unlikeness(IEnumerable<int> honest) =>
        _compared = honest
            .OrderBy(number => KeyedHash.Mix((ulong)number))
            .Take(MostCompared)
            .ToDictionary(number => number, _ => new TopicSample(MostOfOne));

    /// <summary>How far a sample lies from everybody's requests.</summary>
    /// <param name="Distance">The squared maximum mean discrepancy; not a number where there was too little.</param>
    /// <param name="AsFar">How many honest accounts lie as far or farther.</param>
    /// <param name="Compared">Out of how many.</param>
    public readonly record struct Kernel(double Distance, int AsFar, int Compared);

    /// <summary>The share of everybody's requests that lay where nobody but their own had asked before.</summary>
    public double NovelOfAll => _all == 0 ? 0 : _own / (double)_all;

    /// <summary>Takes anybody's exchange, in order of time.</summary>
    /// <param name="account">Its account's number.</param>
    /// <param name="dossier">The dossier that it belongs to; null where to none.</param>
    /// <param name="features">What is kept of it.</param>
    /// <returns>Whether it lay where nobody but its own had asked before.</returns>
    public bool Observe(int account, Dossier? dossier, in ExchangeFeatures features)
    {
        if (!features.HasText)
        {
            return false;
        }

        _everybody.Add(features);
        _compared.GetValueOrDefault(account)?.Add(features);
        ref var first = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
            _firstAsked,
            Behaviour.Cell(features),
            out var asked
        );
        first = asked ? first : (dossier, account);
        var novel = dossier == null ? first.Of == null && first.Account == account : first.Of == dossier;
        _all++;
        _own += novel ? 1 : 0;
        return novel;
    }

    /// <summary>Where <paramref name="sample"/> lies, after all was taken.</summary>
    internal Kernel Of(TopicSample sample)
    {
        if (sample.Topics.Count < Fewest || _everybody.Topics.Count < Fewest)
        {
            return new(double.NaN, 0, 0);
        }

        if (_test == null)
        {
            var test = new KernelTest(_everybody.Topics.Select(KernelTest.Place));
            _test = (
                test,
                [.. _compared.Values.Where(one => one.Topics.Count >= Fewest).Select(one => test.Of(one.Topics.Select(KernelTest.Place)))]
            );
        }

        var distance = _test.Value.Test.Of(sample.Topics.Select(KernelTest.Place));
        return new(distance, _test.Value.Honest.Count(other => other >= distance), _test.Value.Honest.Length);
    }
}
