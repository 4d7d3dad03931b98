using System.Runtime.InteropServices;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.App.Trials.Evaluation;

/// <summary>Makes a stream's variant: the same accounts and truth, other exchanges.</summary>
internal static class VariantToStream
{
    private const string Individual = "individual";

    /// <summary>Makes it.</summary>
    public static IReadOnlyList<AccountExchange> Make(LabelledStream stream, Variant variant)
    {
        var random = new Random(unchecked((int)KeyedHash.Mix(variant.Seed)));
        var exchanges = stream.Exchanges.ToList();
        if (variant.Honest < 1)
        {
            var there = stream
                .Accounts.Select((_, number) => stream.CampaignOf(number) != null || random.NextDouble() < variant.Honest)
                .ToArray();
            exchanges.RemoveAll(exchange => !there[exchange.Account]);
        }

        if (variant.Slower > 1)
        {
            var seen = new int[stream.Accounts.Count];
            exchanges.RemoveAll(exchange => stream.CampaignOf(exchange.Account) != null && seen[exchange.Account]++ % variant.Slower != 0);
        }

        if (variant.Crossed)
        {
            Cross(stream, exchanges, random);
        }

        if (variant.Attack < 1)
        {
            Dilute(stream, exchanges, variant.Attack, random);
        }

        return exchanges;
    }

    /// <summary>Distillers' first turns and individuals' first turns change what they ask, as many as there are of both.</summary>
    private static void Cross(LabelledStream stream, List<AccountExchange> exchanges, Random random)
    {
        int[] Of(Func<int, bool> whose)
        {
            var places = Enumerable
                .Range(0, exchanges.Count)
                .Where(i => whose(exchanges[i].Account) && !exchanges[i].Features.Has(ExchangeTraits.FollowUp))
                .ToArray();
            random.Shuffle(places);
            return places;
        }

        var attack = Of(number => stream.CampaignOf(number) != null);
        var honest = Of(number => stream.CampaignOf(number) == null && stream.RoleOf(number) == Individual);
        for (var i = 0; i < Math.Min(attack.Length, honest.Length); i++)
        {
            var (first, second) = (exchanges[attack[i]], exchanges[honest[i]]);
            exchanges[attack[i]] = first with { Features = Asking(first.Features, second.Features) };
            exchanges[honest[i]] = second with { Features = Asking(second.Features, first.Features) };
        }
    }

    /// <summary>Who and when of <paramref name="of"/>, what is asked and answered of <paramref name="content"/>.</summary>
    private static ExchangeFeatures Asking(in ExchangeFeatures of, in ExchangeFeatures content) =>
        of with
        {
            Body = content.Body,
            Skeleton = content.Skeleton,
            Opening = content.Opening,
            Closing = content.Closing,
            Words = content.Words,
            Language = content.Language,
            Elicitation = content.Elicitation,
            InputTokens = content.InputTokens,
            OutputTokens = content.OutputTokens,
            Form = content.Form,
            Topic = content.Topic,
        };

    /// <summary>
    /// What somebody asked, in the words of another: it stays what it is about and how it goes on, and no fingerprint of its words is the
    /// first one's any more. Copied word for word, cover would tie its honest authors to whoever copied them.
    /// </summary>
    private static ExchangeFeatures Retold(in ExchangeFeatures told, in ExchangeFeatures by, ulong salt)
    {
        static ulong Anew(ulong fingerprint, ulong salt) => fingerprint == 0 ? 0 : KeyedHash.Fold(fingerprint, salt + 1) | 1;
        return told with
        {
            Address = by.Address,
            UserAgent = by.UserAgent,
            Tls = by.Tls,
            EndUser = by.EndUser,
            Body = Anew(told.Body, salt),
            Skeleton = Anew(told.Skeleton, salt),
            Opening = Anew(told.Opening, salt),
            Closing = Anew(told.Closing, salt),
            System = Anew(told.System, salt),
            RequestShape = by.RequestShape,
        };
    }

    /// <summary>
    /// Puts honest individuals' whole traffic in the place of each distiller's, until the attack is only <paramref name="share"/> of it: as
    /// many exchanges as before, of which that share is what it came for.
    /// </summary>
    private static void Dilute(LabelledStream stream, List<AccountExchange> exchanges, double share, Random random)
    {
        var honest = exchanges
            .Where(exchange => stream.CampaignOf(exchange.Account) == null && stream.RoleOf(exchange.Account) == Individual)
            .GroupBy(exchange => exchange.Account)
            .Select(account => account.ToArray())
            .ToArray();
        if (honest.Length == 0)
        {
            throw new UnusableInputException($"{stream.Name}: has no accounts with the role '{Individual}' to dilute with");
        }

        List<AccountExchange> cover = [];
        HashSet<int> replaced = [];
        foreach (
            var account in Enumerable
                .Range(0, exchanges.Count)
                .Where(place => stream.CampaignOf(exchanges[place].Account) != null)
                .GroupBy(place => exchanges[place].Account)
        )
        {
            var all = account.ToArray();
            var own = exchanges[all[0]].Features;
            var left = all.Length - Math.Max(1, (int)Math.Round(all.Length * share));
            random.Shuffle(all);
            replaced.UnionWith(all.Take(left));
            while (left > 0)
            {
                foreach (var exchange in honest[random.Next(honest.Length)])
                {
                    if (left-- <= 0)
                    {
                        break;
                    }

                    cover.Add(new(account.Key, Retold(exchange.Features, own, (ulong)account.Key)));
                }
            }
        }

        var kept = exchanges.Where((_, place) => !replaced.Contains(place)).ToList();
        exchanges.Clear();
        exchanges.AddRange(kept);
        exchanges.AddRange(cover);
        CollectionsMarshal
            .AsSpan(exchanges)
            .Sort(
                (a, b) =>
                    a.Features.At != b.Features.At ? a.Features.At.CompareTo(b.Features.At)
                    : a.Account != b.Account ? a.Account.CompareTo(b.Account)
                    : a.Features.Body.CompareTo(b.Features.Body)
            );
    }
}
