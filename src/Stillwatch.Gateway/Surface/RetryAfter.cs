using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Stillwatch.Gateway.Surface;

/// <summary>
/// Makes a model server's 429 one that every library obeys: whole seconds, 1 to 60, and the same in milliseconds. Without, some libraries
/// try again at once; with an hour in it, some sleep for an hour inside the call.
/// </summary>
internal static class RetryAfter
{
    private const int Most = 60;

    /// <summary>Seconds that a model server wants to be left alone; not a number where it says nothing.</summary>
    /// <param name="headers">The answer's headers.</param>
    /// <param name="now">The present, for a header that names a time.</param>
    public static double Seconds(IHeaderDictionary headers, DateTimeOffset now) =>
        double.TryParse(headers.RetryAfter, CultureInfo.InvariantCulture, out var seconds) ? seconds
        : double.TryParse(headers["retry-after-ms"], CultureInfo.InvariantCulture, out var milliseconds) ? milliseconds / 1000
        : DateTimeOffset.TryParseExact(
            headers.RetryAfter.ToString(),
            "r",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var at
        )
            ? (at - now).TotalSeconds
        : double.NaN;

    /// <summary>Corrects the headers of an answer with status 429.</summary>
    /// <param name="headers">The answer's headers.</param>
    /// <param name="now">The present, for a header that names a time.</param>
    public static void Normalise(IHeaderDictionary headers, DateTimeOffset now)
    {
        var seconds = Seconds(headers, now);
        var whole = (int)Math.Clamp(Math.Ceiling(double.IsNaN(seconds) ? 1 : seconds), 1, Most);
        headers.RetryAfter = whole.ToString();
        headers["retry-after-ms"] = (whole * 1000).ToString();
    }
}
