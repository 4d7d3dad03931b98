namespace Stillwatch.Gateway.Surface;

/// <summary>Why a request is not answered by a model: a value, never an exception.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">The error's type in OpenAI's words.</param>
/// <param name="Code">The error's code in OpenAI's words; null for none.</param>
/// <param name="Message">What is wrong and what to do, for the customer.</param>
/// <param name="RetryAfter">Seconds after which to try again, 1 to 60; 0 where trying again is of no use.</param>
/// <param name="OffRecord">Whether it is told to its sender and counted only: one for want of room or readiness, or what would be on record
/// at a wrong time.</param>
internal sealed record Refusal(int Status, string Type, string? Code, string Message, int RetryAfter = 0, bool OffRecord = false)
{
    /// <summary>What the customer is told besides; null where nobody decided it.</summary>
    public Disclosure? Disclosure { get; init; }

    /// <summary>A customer's own word, short enough to be repeated.</summary>
    public static string Short(string text) => text.Length <= 100 ? text : text[..(char.IsHighSurrogate(text[99]) ? 99 : 100)] + "…";

    public static Refusal Bad(string message, string? code = null) => new(400, "invalid_request_error", code, message);

    public static Refusal Unauthorized(string message) => new(401, "invalid_request_error", "invalid_api_key", message);

    public static Refusal Forbidden(string message, string code) => new(403, "permission_error", code, message);

    public static Refusal NotFound(string message, string code) => new(404, "invalid_request_error", code, message);

    public static Refusal Limited(string what, string message, double seconds) =>
        new(429, what, "rate_limit_exceeded", message, Math.Clamp((int)Math.Ceiling(seconds), 1, 60));

    public static Refusal Unavailable(string message, string code) =>
        new(503, "server_error", code, message, RetryAfter: 1, OffRecord: true);
}
