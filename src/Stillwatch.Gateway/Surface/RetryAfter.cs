using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Stillwatch.Gateway.Surface;

/// <summary>
/// Makes a model server's 429 one that every library obeys: whole seconds, 1 to 60, and the same in milliseconds. Without, some libraries try again at
/// once; with an hour in it, some sleep for an hour inside the call.
/// </summary>
internal static class RetryAfter
{
    private const int Most = 60;

    /// <summary>Corrects the headers of an answer with status 429.</summary>
    public static void Normalise(IHeaderDictionary headers)
    {
        var milliseconds = double.TryParse(headers["retry-after-ms"], CultureInfo.InvariantCulture, out var ms) ? ms : double.NaN;
        var seconds = double.TryParse(headers.RetryAfter, CultureInfo.InvariantCulture, out var s) ? s : double.IsNaN(milliseconds) ? 1 : milliseconds / 1000;
        var whole = (int)Math.Clamp(Math.Ceiling(seconds), 1, Most);
        headers.RetryAfter = whole.ToString();
        headers["retry-after-ms"] = (whole * 1000).ToString();
    }
}
