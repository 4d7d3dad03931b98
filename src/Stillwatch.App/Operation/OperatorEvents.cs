using Microsoft.Extensions.Logging;

namespace Stillwatch.App.Operation;

/// <summary>What an operator is told. The numbers never change meaning.</summary>
internal static partial class OperatorEvents
{
    /// <summary>The gateway takes requests.</summary>
    [LoggerMessage(1, LogLevel.Information, "the gateway answers at {Gateway}, the console at {Console}")]
    public static partial void Started(this ILogger log, string gateway, string console);

    /// <summary>The last run did not end by itself.</summary>
    [LoggerMessage(
        2,
        LogLevel.Warning,
        "the last run was cut off: {TornFrames} torn frames were passed over, {EndedExchanges} exchanges ended as broken off"
    )]
    public static partial void Repaired(this ILogger log, long tornFrames, int endedExchanges);

    /// <summary>It was told to stop.</summary>
    [LoggerMessage(3, LogLevel.Information, "stopping; exchanges under way are brought to their end")]
    public static partial void Stopping(this ILogger log);

    /// <summary>A reload was done.</summary>
    [LoggerMessage(4, LogLevel.Information, "the configuration was read again")]
    public static partial void Reloaded(this ILogger log);

    /// <summary>A reload was done, and some of what changed holds after a restart only.</summary>
    [LoggerMessage(
        12,
        LogLevel.Warning,
        "the configuration was read again; these fields changed and stay as they were until a restart: {Fields}"
    )]
    public static partial void ReloadedInPart(this ILogger log, string fields);

    /// <summary>Traces or metrics could not be handed on.</summary>
    [LoggerMessage(13, LogLevel.Warning, "telemetry cannot be handed on: {Fault}")]
    public static partial void ExportFails(this ILogger log, string fault);

    /// <summary>What was held in memory is lost.</summary>
    [LoggerMessage(14, LogLevel.Error, "{Exchanges} exchanges are lost: they were held in memory, and {Fault}")]
    public static partial void LostAtStop(this ILogger log, long exchanges, string fault);

    /// <summary>What the watch had saved is of no use to this program.</summary>
    [LoggerMessage(
        18,
        LogLevel.Warning,
        "the saved state of the watch is not used ({Why}): it reads the whole record again, and lags until it has"
    )]
    public static partial void SavedStateRefused(this ILogger log, string why);

    /// <summary>Accounts name tiers that there are not.</summary>
    [LoggerMessage(16, LogLevel.Warning, "the configuration has no tier {Tiers}: accounts that name it are in the tier 'default'")]
    public static partial void UnknownTiers(this ILogger log, string tiers);

    /// <summary>What the watch is calibrated by, and what is doubtful of it.</summary>
    [LoggerMessage(15, LogLevel.Warning, "{Doubt}")]
    public static partial void CalibrationDoubt(this ILogger log, string doubt);

    /// <summary>A reload was refused.</summary>
    [LoggerMessage(5, LogLevel.Error, "the configuration was not changed: {Fault}")]
    public static partial void ReloadRefused(this ILogger log, string fault);

    /// <summary>A step of the housekeeping fails.</summary>
    [LoggerMessage(6, LogLevel.Error, "{Step}: {Fault}; it is tried again each second")]
    public static partial void StepFails(this ILogger log, string step, string fault);

    /// <summary>Exchanges were left out of what was sealed.</summary>
    [LoggerMessage(
        17,
        LogLevel.Error,
        "{Exchanges} exchanges could not be read when they were sealed, and are "
            + "not in the lake: they were damaged, or their key does not fit"
    )]
    public static partial void SealedWithout(this ILogger log, long exchanges);

    /// <summary>A step of the housekeeping that failed does not any more.</summary>
    [LoggerMessage(7, LogLevel.Information, "{Step}: it works again")]
    public static partial void StepWorks(this ILogger log, string step);

    /// <summary>A line of a followed folder was refused.</summary>
    [LoggerMessage(8, LogLevel.Warning, "{File}: {Complaint}")]
    public static partial void LineRefused(this ILogger log, string file, string complaint);

    /// <summary>A part failed: what the configuration says about that is done from now on.</summary>
    [LoggerMessage(9, LogLevel.Error, "{Part} fails: {Fault}")]
    public static partial void PartFails(this ILogger log, string part, string fault);

    /// <summary>A part that failed is well again.</summary>
    [LoggerMessage(10, LogLevel.Information, "{Part} is well again")]
    public static partial void PartWell(this ILogger log, string part);

    /// <summary>The gateway saw something that people should look at.</summary>
    [LoggerMessage(17, LogLevel.Warning, "{What}")]
    public static partial void Alert(this ILogger log, string what);

    /// <summary>A master key was made.</summary>
    [LoggerMessage(
        11,
        LogLevel.Warning,
        "a master key was made in {Folder}; without it nothing on record can be read. Keep a copy elsewhere, or give it in {Variable}."
    )]
    public static partial void MasterKeyMade(this ILogger log, string folder, string variable);
}
