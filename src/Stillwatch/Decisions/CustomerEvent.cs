using System.IO.Hashing;
using System.Runtime.InteropServices;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Exchanges;

namespace Stillwatch.Decisions;

/// <summary>
/// Something that a customer's own program is told, in the shape of OpenAI's safety enforcement notifications: that there is a case, and
/// nothing of what it is about. What it may know it reads at <c>GET /v1/safety/cases/{id}</c>.
/// </summary>
/// <param name="Id">The same for the same notice, so that one that comes twice is known.</param>
/// <param name="IsDeactivation">Whether requests are refused; otherwise it is a warning.</param>
/// <param name="Case">The case.</param>
/// <param name="Account">Whose it is.</param>
/// <param name="At">From when it is told: not before what it tells of has begun, so that a wave falls together.</param>
public sealed record CustomerEvent(string Id, bool IsDeactivation, CaseId Case, string Account, EventTime At)
{
    /// <summary>The type's word.</summary>
    public string Type => IsDeactivation ? "safety.deactivation_issued" : "safety.warning_issued";

    /// <summary>All that there are, in no order: of measures that act, and of what customers were told.</summary>
    public static IEnumerable<CustomerEvent> Of(Standing standing)
    {
        foreach (var measure in standing.Measures.Values)
        {
            var isWarning = measure.Measure.Rung == Rung.Warn;
            if (
                measure.State != MeasureState.Decided
                || measure.Measure.Case is not { } about
                || standing.IsShadow(measure.Measure)
                || !isWarning && measure.Measure.Rung is not (Rung.StepUp or Rung.Refuse or Rung.Suspend)
            )
            {
                continue;
            }

            var at = measure.DecidedAt is { } decided && decided > measure.Measure.From ? decided : measure.Measure.From;
            foreach (var account in measure.Touched().Select(subject => subject.Account).OfType<string>().Distinct(StringComparer.Ordinal))
            {
                yield return new(IdOf($"{measure.Measure.Id}/{account}"), !isWarning, about, account, at);
            }
        }

        foreach (var of in standing.Cases.Values.Where(of => of.MergedInto == null))
        {
            foreach (var notice in of.Notices)
            {
                if (notice.Subject.Account is { } account)
                {
                    yield return new(IdOf($"{of.Id}/{account}/{notice.At.Micros}"), IsDeactivation: false, of.Id, account, notice.At);
                }
            }
        }
    }

    private static string IdOf(string text)
    {
        var hash = XxHash128.HashToUInt128(MemoryMarshal.AsBytes(text.AsSpan()));
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"evt_{hash:x32}");
    }
}
