using Stillwatch.Capabilities;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Exchanges;
using Stillwatch.Signals;

namespace Stillwatch.Console.Desk;

/// <summary>What people decide with, as the program gives it.</summary>
public interface IDesk : IDecisions
{
    /// <summary>The present, as decisions keep it.</summary>
    EventTime Now();

    /// <summary>Chance for a new id.</summary>
    ulong Chance();

    /// <summary>The accounts of a flagged campaign by the id of today; null where there is none of that id.</summary>
    Task<IReadOnlyList<string>?> AccountsOfAsync(CampaignId campaign);

    /// <summary>Whom a policy would touch, of what is believed now.</summary>
    /// <param name="policy">The policy, in force or not.</param>
    /// <param name="days">Of how many days the exchanges are counted.</param>
    Task<PolicyPreview> PreviewAsync(Policy policy, int days);

    /// <summary>What a release would expose.</summary>
    Task<Exposure> ExposureAsync(IReadOnlyList<string> tiers);

    /// <summary>What was done to whom between two times.</summary>
    Task<EnforcementReport> ReportAsync(EventTime from, EventTime until);
}
