using Stillwatch.Campaigns;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Corpora;
using Stillwatch.Exchanges;
using Stillwatch.Logs;
using Stillwatch.Reports.Calibrations;
using Stillwatch.Sketches;
using Stillwatch.Tests.Logs;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Reports.Calibrations;

public sealed class TrimmedPopulationTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_WhenACampaignIsAmongThem_ThenItIsLeftOut_AndToldOf()
    {
        var population = Read(new SmallWorld(seed: 2, campaign: true));
        var trimmed = TrimmedPopulation.Of(population, CorpusIndex.None);
        Assert.Equal(1, trimmed.Campaigns);
        Assert.InRange(trimmed.LeftOut, 20, 24); // of 24
        Assert.Equal(population.Facts.Count - trimmed.LeftOut, trimmed.Population.Facts.Count);
        Assert.Contains($"without {trimmed.LeftOut} accounts in 1 campaign", trimmed.Population.Provenance, StringComparison.Ordinal);

        // Numbers are given anew, in the same order, and each account keeps its facts and its exchanges.
        Assert.Equal(
            Enumerable.Range(0, trimmed.Population.Facts.Count),
            trimmed.Population.Exchanges.Select(exchange => exchange.Account).Distinct().Order()
        );
        var facts = population.Exchanges.ToLookup(exchange => exchange.Features.Body, exchange => population.Facts[exchange.Account]);
        Assert.All(trimmed.Population.Exchanges, exchange =>
            Assert.Contains(trimmed.Population.Facts[exchange.Account], facts[exchange.Features.Body])
        );
    }

    [Fact]
    public void Of_WhenAllAreHonest_ThenNobodyIsLeftOut()
    {
        var population = Read(new SmallWorld(seed: 3, campaign: false, people: 160));
        var trimmed = TrimmedPopulation.Of(population, CorpusIndex.None);
        Assert.Equal((0, 0), (trimmed.LeftOut, trimmed.Campaigns));
        Assert.Same(population, trimmed.Population);
    }

    private HonestPopulation Read(SmallWorld world)
    {
        var (log, accounts, _) = world.WriteTo(_folder.Path);
        using var reader = new LogReader([log], KeyedHash.ForScan);
        var known = AccountsFile.Read(accounts, KeyedHash.ForScan, Rejections.OfFile(accounts));
        reader.Read();
        var numbers = new Dictionary<UInt128, int>();
        List<AccountFacts> facts = [];
        List<AccountExchange> exchanges = [];
        foreach (var exchange in reader.Exchanges())
        {
            if (!numbers.TryGetValue(exchange.Account, out var number))
            {
                number = numbers[exchange.Account] = facts.Count;
                facts.Add(known.GetValueOrDefault(exchange.Account));
            }

            exchanges.Add(new(number, exchange.Features));
        }

        return new("a world", facts, exchanges, HonestList: false);
    }
}
