namespace Stillwatch.App.Logs;

/// <summary>The formats of logs that are read.</summary>
internal enum LogFormat
{
    /// <summary>The exchange log, version 1.</summary>
    ExchangeLog,

    /// <summary>LiteLLM's spend logs and standard logging payloads, one a line.</summary>
    LiteLlm,

    /// <summary>OpenTelemetry GenAI spans as OTLP/JSON, one export request a line.</summary>
    Otlp,
}
