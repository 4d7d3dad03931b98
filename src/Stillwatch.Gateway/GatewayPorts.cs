using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Stillwatch.Accounts;
using Stillwatch.Campaigns.Telling;
using Stillwatch.Capabilities;
using Stillwatch.Corpora;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Exchanges;
using Stillwatch.Hosting;
using Stillwatch.Sketches;

namespace Stillwatch.Gateway;

/// <summary>
/// What the program supplies to the gateway: the gateway itself knows neither where accounts lie nor where the journal is.
/// </summary>
public sealed record GatewayPorts
{
    /// <summary>The present.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Who may ask for what.</summary>
    public required IAccountDirectory Directory { get; init; }

    /// <summary>Where exchanges go on record.</summary>
    public required IExchangeJournal Journal { get; init; }

    /// <summary>Who is flagged.</summary>
    public required IFlaggedAccounts Flagged { get; init; }

    /// <summary>What is done to whom.</summary>
    public IEnforcementPlans Plans { get; init; } = NothingDecided.Instance;

    /// <summary>What is released to whom.</summary>
    public IReleases Releases { get; init; } = NothingDecided.Instance;

    /// <summary>What customers may know of cases about them; null where there are none.</summary>
    public ICustomerCases? Cases { get; init; }

    /// <summary>Told what people should look at. It must not wait.</summary>
    public Action<GatewayAlert>? Alert { get; init; }

    /// <summary>Whose a stored response is.</summary>
    public required IResponseOwners Owners { get; init; }

    /// <summary>The deployment's key of fingerprints.</summary>
    public required KeyedHash Fingerprints { get; init; }

    /// <summary>The known benchmarks and sets of instructions.</summary>
    public CorpusIndex Corpora { get; init; } = CorpusIndex.None;

    /// <summary>The program's log.</summary>
    public required ILoggerFactory Logs { get; init; }

    /// <summary>Where figures are counted.</summary>
    public required Meter Meter { get; init; }

    /// <summary>Failures that are switched on, for trying out what happens then.</summary>
    public IFaults Faults { get; init; } = NoFaults.Instance;
}
