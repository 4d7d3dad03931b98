using Microsoft.AspNetCore.Http;
using Stillwatch.Exchanges.Dialects;

namespace Stillwatch.Gateway.Surface;

/// <summary>Writes refusals in the shape that the caller's library understands.</summary>
internal static class ErrorWriter
{
    /// <summary>The event that tells a stream's reader of an error.</summary>
    public static byte[] Event(Refusal refusal, WireFormat format, string id) => format.ErrorEvent(Facts(refusal, id));

    /// <summary>The headers of a disclosure, by which programs read it whatever the dialect.</summary>
    public const string ReasonHeader = "stillwatch-reason",
        CaseHeader = "stillwatch-case",
        AppealHeader = "stillwatch-appeal";

    /// <summary>Answers with <paramref name="refusal"/>.</summary>
    /// <returns>The body that was written.</returns>
    public static byte[] Write(HttpContext http, Refusal refusal, WireFormat format, string id)
    {
        var response = http.Response;
        response.StatusCode = refusal.Status;
        response.ContentType = "application/json";
        if (refusal.RetryAfter > 0)
        {
            // Whole seconds and milliseconds say the same: libraries read one or the other.
            response.Headers.RetryAfter = refusal.RetryAfter.ToString();
            response.Headers["retry-after-ms"] = (refusal.RetryAfter * 1000).ToString();
        }
        else
        {
            response.Headers["x-should-retry"] = "false";
        }

        if (refusal.Disclosure is { } disclosure)
        {
            Tell(response.Headers, disclosure);
        }

        var body = format.Error(Facts(refusal, id));
        response.ContentLength = body.Length;
        return body;
    }

    /// <summary>Says in headers what a customer is told besides.</summary>
    public static void Tell(IHeaderDictionary headers, Disclosure disclosure)
    {
        headers[ReasonHeader] = disclosure.ReasonCode;
        headers[CaseHeader] = disclosure.Reference;
        if (disclosure.Appeal != null)
        {
            headers[AppealHeader] = Ascii(disclosure.Appeal);
        }
    }

    /// <summary>A sentence of the policy's as a header takes it: what is no visible ASCII stands there as a question mark.</summary>
    private static string Ascii(string text) => string.Concat(text.Select(letter => letter is >= ' ' and <= '~' ? letter : '?'));

    private static ErrorFacts Facts(Refusal refusal, string id) => new(refusal.Status, refusal.Type, refusal.Code, refusal.Message, id);
}
