using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Exchanges;
using Stillwatch.Signals;
using Xunit;
using static Stillwatch.Signals.Signal;

namespace Stillwatch.Tests.Campaigns.Telling;

/// <summary>What happens in one tick is told in one order, and as what it came to.</summary>
public sealed class TickSignalsTests
{
    private static readonly EventTime At = new(1_772_409_600L * EventTime.Second);

    private readonly List<WatchedAccount> _accounts = [];
    private readonly WatchScale _scale = new(Calibration.None);
    private readonly TickSignals _signals;
    private int _campaigns;

    public TickSignalsTests()
    {
        for (var i = 0; i < 8; i++)
        {
            _accounts.Add(new WatchedAccount(i, (ulong)(100 - i), _scale));
        }

        _signals = new TickSignals(_accounts, WatchRules.Default);
    }

    [Fact]
    public void Close_WhenNothingHappened_ThenNothingIsTold() => Assert.Empty(_signals.Close(At));

    [Fact]
    public void Close_WhenACampaignFormedAndWasAbsorbedInTheSameTick_ThenOnlyTheOneThatIsThereIsTold()
    {
        var first = Form(0, 1);
        var second = Form(2, 3);
        Absorb(first, second);
        var formed = Assert.IsType<CampaignFormed>(Assert.Single(_signals.Close(At)));
        Assert.Equal([0, 1, 2, 3], formed.Accounts.Select(account => account.Value));
        Assert.Equal(CampaignId.Of(At.Tick, 97, isLead: false), formed.Campaign); // by the lowest fingerprint, whatever number it has
        Assert.Equal(formed.Campaign, first.Id);
    }

    [Fact]
    public void Close_WhenOneFromBeforeIsAbsorbed_ThenItsIdEndsInTheOther_AndWhoCameOtherwiseGrewIt()
    {
        var (first, second) = (Form(0, 1), Form(2, 3));
        _signals.Close(At);
        var third = Form(4, 5);
        Absorb(first, second);
        Absorb(first, third);
        Join(first, 6);
        var told = _signals.Close(new(At.Micros + EventTime.Second));
        Assert.Equal(
            [new CampaignMerged(told[0].At, first.Id, second.Id).ToString(), "4 5 6"],
            [told[0].ToString(), Who(((CampaignGrew)told[1]).Accounts)]
        );
        Assert.Equal(2, told.Count);
    }

    [Fact]
    public void Close_WhenAPartIsTakenOut_ThenItIsADivisionAndNobodyLeft()
    {
        var whole = Form(0, 1, 2, 3);
        _signals.Close(At);
        Leave(whole, 2, 3);
        var part = Form(2, 3);
        _signals.Divided(whole, part);
        var divided = Assert.IsType<CampaignDivided>(Assert.Single(_signals.Close(new(At.Micros + EventTime.Second))));
        Assert.Equal((whole.Id, part.Id, "2 3"), (divided.Campaign, divided.Part, Who(divided.Accounts)));
    }

    [Fact]
    public void Close_WhenAnAccountLeavesAndComesBack_ThenNothingHappened()
    {
        var campaign = Form(0, 1, 2);
        _signals.Close(At);
        Leave(campaign, 2);
        Join(campaign, 2);
        Assert.Empty(_signals.Close(At));
    }

    [Fact]
    public void Close_WhenAFlaggedAccountLeaves_ThenItIsALeadFromNowOn()
    {
        var campaign = Form(0, 1, 2);
        campaign.Detect(At, FlagCause.Own);
        _signals.Flagged(campaign);
        (_accounts[2].FlaggedAt, _accounts[2].FlaggedFor) = (At, FlagCause.Campaign);
        _signals.Flagged(_accounts[2], 1.5);
        Assert.Equal(
            [SignalKind.CampaignFormed, SignalKind.CampaignFlagged, SignalKind.AccountFlagged],
            _signals.Close(At).Select(signal => signal.Kind)
        );
        Leave(campaign, 2);
        var told = _signals.Close(new(At.Micros + EventTime.Second));
        Assert.Equal([SignalKind.CampaignShrank, SignalKind.LeadBegan], told.Select(signal => signal.Kind));
        Assert.True(((LeadBegan)told[1]).Lead.IsLead);
    }

    private static string Who(IReadOnlyList<AccountNumber> accounts) => string.Join(' ', accounts.Select(account => account.Value));

    private Campaign Form(params int[] accounts)
    {
        var campaign = new Campaign(_campaigns++, _scale);
        _signals.Formed(campaign);
        Join(campaign, accounts);
        return campaign;
    }

    private void Join(Campaign campaign, params int[] accounts)
    {
        foreach (var account in accounts)
        {
            _signals.Moves(_accounts[account]);
            campaign.Join(_accounts[account]);
        }
    }

    private void Leave(Campaign campaign, params int[] accounts)
    {
        foreach (var account in accounts)
        {
            _signals.Moves(_accounts[account]);
        }

        campaign.Leave([.. accounts], _accounts);
    }

    private void Absorb(Campaign into, Campaign from)
    {
        _signals.Merges(into, from);
        into.Absorb(from, _accounts);
    }
}
