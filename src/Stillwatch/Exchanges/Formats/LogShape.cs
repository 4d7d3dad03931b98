namespace Stillwatch.Exchanges.Formats;

/// <summary>What an object of a log is, told by the names of its fields: each by its own, whatever stood before it.</summary>
internal enum LogShape
{
    /// <summary>Nothing that is known.</summary>
    Unknown,

    /// <summary>A line of the exchange log, version 1.</summary>
    ExchangeLog,

    /// <summary>A row of LiteLLM's spend log, or one of its standard logging payloads.</summary>
    LiteLlm,

    /// <summary>An OTLP/JSON export request with spans.</summary>
    OtlpSpans,

    /// <summary>An OTLP/JSON export request with log records.</summary>
    OtlpRecords,

    /// <summary>Something that is known and holds no exchanges.</summary>
    Named,
}
