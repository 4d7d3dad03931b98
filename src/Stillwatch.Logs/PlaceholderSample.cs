using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Logs;

/// <summary>
/// A sample of a log's exchanges by which is told whether one text stands in the place of what was left out: nothing that people ask is
/// asked by half of all accounts in a fifth of all exchanges.
/// Bottom-k: the exchanges with the smallest fingerprints of their ids, whatever worker read them.
/// </summary>
internal sealed class PlaceholderSample
{
    private const int Size = 4096;
    private const int Least = 100; // exchanges with text in the sample: fewer tell nothing
    private const int LeastAccounts = 8;
    private const double LeastOfExchanges = 0.2,
        LeastOfAccounts = 0.5;

    private readonly List<(ulong Order, ulong Text, UInt128 Account)> _kept = [];
    private ulong _most = ulong.MaxValue;

    /// <summary>Takes an exchange.</summary>
    public void Add(UInt128 id, UInt128 account, in ExchangeFeatures features)
    {
        if ((ulong)id > _most || !features.HasText)
        {
            return;
        }

        _kept.Add(((ulong)id, Of(features), account));
        if (_kept.Count == Size * 2)
        {
            Cut();
        }
    }

    /// <summary>The text that stands for others in what all of <paramref name="samples"/> saw; 0 where none does.</summary>
    public static ulong Find(IReadOnlyList<PlaceholderSample> samples)
    {
        var all = new PlaceholderSample();
        foreach (var sample in samples)
        {
            all._kept.AddRange(sample._kept);
        }

        all.Cut();
        var accounts = all._kept.Select(one => one.Account).Distinct().Count();
        if (all._kept.Count < Least || accounts < LeastAccounts)
        {
            return 0;
        }

        var most = all._kept.GroupBy(one => one.Text).MaxBy(group => group.Count())!;
        return
            most.Count() >= LeastOfExchanges * all._kept.Count
            && most.Select(one => one.Account).Distinct().Count() >= LeastOfAccounts * accounts
            ? most.Key
            : 0;
    }

    /// <summary>Fingerprint of the newest prompt: all that is kept of it.</summary>
    public static ulong Of(in ExchangeFeatures features)
    {
        var text = KeyedHash.Fold(features.Skeleton, KeyedHash.Fold(features.Opening, KeyedHash.Fold(features.Closing, features.Words)));
        text = KeyedHash.Fold(text, features.Form.Fingerprint);
        for (var i = 0; i < ExchangeFeatures.TopicDimensions; i++)
        {
            text = KeyedHash.Fold(text, (byte)features.Topic[i]);
        }

        return text | 1;
    }

    /// <summary>Leaves out what a request says: what is left is what an exchange without text has.</summary>
    public static void Blank(ref ExchangeFeatures features)
    {
        features.Body = features.Skeleton = features.Opening = features.Closing = features.System = 0;
        features.Words = 0;
        (features.Language, features.Elicitation, features.Form) = (Language.Unknown, Elicitation.None, default);
        features.Traits &= ~Stillwatch.Exchanges.ExchangeTraits.Code;
        features.Topic = default;
    }

    private void Cut()
    {
        _kept.Sort();
        if (_kept.Count > Size)
        {
            _kept.RemoveRange(Size, _kept.Count - Size);
            _most = _kept[^1].Order;
        }
    }
}
