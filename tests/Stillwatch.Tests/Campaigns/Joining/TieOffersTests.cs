using Stillwatch.Campaigns.Checkpoints;
using Stillwatch.Campaigns.Joining;
using Stillwatch.Campaigns.Similarity;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Signals;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Campaigns.Joining;

public sealed class TieOffersTests
{
    private const float Bits = 24;

    private readonly List<WatchedAccount> _accounts = [];
    private readonly WatchScale _scale = new(Calibration.None);
    private readonly BlockingIndex _ties;
    private readonly TieGraph _graph;
    private readonly TieOffers _offers;

    public TieOffersTests()
    {
        var (checkpoint, background) = (new Checkpoint(), new Background());
        Dictionary<int, Campaign> campaigns = [];
        var likeness = new Likeness(_scale, new SetStates(_accounts, campaigns), background);
        _ties = new([.. WatchScale.Links.Select(link => link.Graded ? 0 : Bits)], checkpoint);
        _graph = new([.. WatchScale.Links.Select(link => (link.Id.Family, link.Further, link.Graded))], checkpoint);
        _offers = new(
            _accounts,
            _graph,
            _ties,
            _scale,
            likeness,
            new MergeThreshold(0, 1 / 16.0, _accounts, campaigns, likeness, new Splitter(_scale, background)),
            new SetIndex(checkpoint)
        );
    }

    [Fact]
    public void Offer_WhenTwoPayWithOneCard_ThenTheyAreTiedAndJoin()
    {
        Add(card: 7);
        Add(card: 7);
        Add(card: 8);
        _accounts.ForEach(account => _offers.Offer(account));
        Assert.Equal(Bits, _ties.Between(0, 1).Total);
        Assert.Equal(0, _ties.Between(0, 2).Total);
        Assert.Equal((Bits, 1), (_accounts[0].BestTie, _accounts[0].BestTieTo));
        List<(int, int)> joined = [];
        _graph.Join((_, _, _) => Bits, (stays, goes) => joined.Add((stays, goes)));
        Assert.Equal([(0, 1)], joined);
    }

    [Fact]
    public void Offer_WhenAValueWasShownBefore_ThenItIsNotHeldAgainstOthersAgain()
    {
        Add(card: 7);
        Add(card: 7);
        _accounts.ForEach(account => _offers.Offer(account));
        var before = _ties.Between(0, 1).Total;
        _accounts.ForEach(account => _offers.Offer(account));
        Assert.Single(_ties.Pairs);
        Assert.Equal(before, _ties.Between(0, 1).Total);
    }

    [Fact]
    public void Offer_WhenItsExchangesComeToAStep_ThenItSaysSoOnce()
    {
        Add(card: 7);
        Assert.False(_offers.Offer(_accounts[0]));
        foreach (var features in Samples.Stream((int)Steps.First, static (ref _, _) => { }))
        {
            _accounts[0].Observe(features);
        }

        Assert.True(_offers.Offer(_accounts[0]));
        Assert.False(_offers.Offer(_accounts[0]));
    }

    private void Add(ulong card)
    {
        var account = new WatchedAccount(_accounts.Count, (ulong)_accounts.Count, _scale);
        account.Learn(new AccountFacts(null, card, 0, 0, 0, Verified: false));
        _accounts.Add(account);
        _graph.Add(account.Number, account.Shown);
    }
}
