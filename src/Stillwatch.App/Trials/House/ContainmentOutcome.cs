using Stillwatch.Exchanges;

namespace Stillwatch.App.Trials.House;

/// <summary>What came of a campaign that was contained as it was found.</summary>
/// <param name="Honest">Honest accounts that sent anything.</param>
/// <param name="HonestExchanges">Their requests.</param>
/// <param name="HonestStopped">How many of them were stopped.</param>
/// <param name="HonestRefused">How many of their requests were refused for it.</param>
/// <param name="Lab">The campaign's accounts.</param>
/// <param name="LabStopped">How many of them were stopped.</param>
/// <param name="Asked">The campaign's requests.</param>
/// <param name="Leaked">How many of them were answered.</param>
/// <param name="Failed">How many requests, anybody's, failed otherwise than by being stopped.</param>
/// <param name="Began">The campaign's first request, in its own time.</param>
/// <param name="Found">When the first of its accounts came before an analyst; null where none did.</param>
/// <param name="Curve">What had leaked by when: hours since it began, answers.</param>
internal sealed record ContainmentOutcome(
    int Honest,
    int HonestExchanges,
    int HonestStopped,
    int HonestRefused,
    int Lab,
    int LabStopped,
    int Asked,
    int Leaked,
    int Failed,
    EventTime Began,
    EventTime? Found,
    IReadOnlyList<(double Hours, double Answers)> Curve
)
{
    /// <summary>It in a sentence.</summary>
    public string Told() =>
        $"the lab's {Lab} accounts asked {Asked:N0} times and had {Leaked:N0} answers ({(double)Leaked / Asked:P1}) before they were "
        + $"stopped; {LabStopped} of them were found"
        + (Found is { } found ? $", the first {(found.Micros - Began.Micros) / (double)EventTime.Hour:N0} hours after it began" : "")
        + $"; of {Honest} honest accounts {HonestStopped} were stopped, {HonestRefused} of {HonestExchanges:N0} requests refused; "
        + $"{Failed:N0} requests failed otherwise";
}
