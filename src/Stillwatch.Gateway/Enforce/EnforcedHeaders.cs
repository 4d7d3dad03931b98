using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Stillwatch.Countermeasures;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Gateway.Surface;

namespace Stillwatch.Gateway.Enforce;

/// <summary>Says in the headers of an answer what was done to it: answers are never worsened in secret.</summary>
internal static class EnforcedHeaders
{
    /// <summary>What was done, as <c>strip=log-probabilities; slow=500ms</c>.</summary>
    public const string Measures = "stillwatch-measures";

    /// <summary>A warning: the reason code and the deadline.</summary>
    public const string Notice = "stillwatch-notice";

    /// <summary>Adds them.</summary>
    /// <param name="headers">The headers of the answer.</param>
    /// <param name="enforced">What is done; null for nothing but <paramref name="strip"/>.</param>
    /// <param name="strip">What is taken out, for whatever reason.</param>
    /// <param name="asked">The model that was asked for, where another answers; null elsewhere.</param>
    public static void Add(IHeaderDictionary headers, Enforced? enforced, Capability strip, string? asked)
    {
        var said = new StringBuilder();
        void Say(string what) => said.Append(said.Length > 0 ? "; " : "").Append(what);

        if (strip != 0)
        {
            Say($"strip={CapabilityWords.Of(strip)}");
        }

        if (enforced is { SlowMilliseconds: > 0 })
        {
            Say(string.Create(CultureInfo.InvariantCulture, $"slow={enforced.SlowMilliseconds}ms"));
        }

        if (asked != null)
        {
            Say("fall_back");
        }

        if (said.Length > 0)
        {
            headers[Measures] = said.ToString();
        }

        if (enforced?.IsFelt == true && enforced.Case is { } about)
        {
            headers[ErrorWriter.CaseHeader] = about.ToString();
        }

        if (enforced?.Warning is { } warning)
        {
            headers[Notice] = $"{warning.ReasonCode}; until={Enforced.DeadlineOf(warning)}";
        }
    }
}
