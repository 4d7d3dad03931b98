using Stillwatch.Campaigns.Subjects;
using Stillwatch.Exchanges;
using Stillwatch.Reports.Scan;

namespace Stillwatch.Reports.Pages;

/// <summary>Exchanges by day as bars, against the moment of detection.</summary>
internal static class Timeline
{
    private const int Width = 560,
        Height = 160,
        Left = 44,
        Bottom = 22,
        Top = 26;

    public static void Write(Html page, Briefing briefing, in Take take, EventTime? detected)
    {
        var first = briefing.Log.First.Window(EventTime.Day);
        var last = briefing.Log.Last.Window(EventTime.Day);
        if (last - first >= Take.Days)
        {
            // Only so many days are told apart: those that end a little after its last exchange.
            last = Math.Min(last, take.LastDay + 2);
            first = Math.Max(first, Math.Max(last, take.LastDay) - Take.Days + 1);
        }

        var days = (int)(last - first + 1);
        var most = 1L;
        for (var day = first; day <= last; day++)
        {
            most = Math.Max(most, take.On(day));
        }

        var step = (double)(Width - Left) / days;
        page.Add(
            $"<svg class=\"timeline\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"exchanges by day, at most "
                + $"{most}\"><line class=\"axis\" x1=\"{Left}\" y1=\"{Height - Bottom}\" x2=\"{Width}\" "
                + $"y2=\"{Height - Bottom}\"/><text x=\"{Left - 6}\" y=\"{Top + 4}\" text-anchor=\"end\">{most:N0}</text><text "
                + $"x=\"{Left - 6}\" y=\"{Height - Bottom}\" text-anchor=\"end\">0</text>"
        );
        for (var day = first; day <= last; day++)
        {
            var height = take.On(day) * (Height - Bottom - Top) / (double)most;
            var x = Left + (day - first) * step;
            page.Add(
                $"<rect x=\"{x + step * 0.1:0.0}\" y=\"{Height - Bottom - height:0.0}\" width=\"{step * 0.8:0.0}\" "
                    + $"height=\"{height:0.0}\"><title>{Day(day)}: {take.On(day):N0}</title></rect>"
            );
        }

        page.Add(
            $"<text x=\"{Left}\" y=\"{Height - 6}\">{Day(first)}</text><text x=\"{Width}\" y=\"{Height - 6}\" "
                + $"text-anchor=\"end\">{Day(last)}</text>"
        );
        if (detected is { } at && at.Window(EventTime.Day) >= first)
        {
            var x = Left + (at.Micros / (double)EventTime.Day - first) * step;
            var anchor = x > Width / 2 ? "end" : "start";
            page.Add(
                $"<line class=\"detected\" x1=\"{x:0.0}\" y1=\"{Top - 18}\" x2=\"{x:0.0}\" y2=\"{Height - Bottom}\"/><text "
                    + $"class=\"detected\" x=\"{x + (anchor == "end" ? -5 : 5):0.0}\" y=\"{Top - 10}\" "
                    + $"text-anchor=\"{anchor}\">found</text>"
            );
        }

        if (detected is { } earlier && earlier.Window(EventTime.Day) < first)
        {
            page.Add(
                $"<text class=\"detected\" x=\"{Left + 4}\" y=\"{Top - 10}\">found earlier, {Day(earlier.Window(EventTime.Day))}</text>"
            );
        }

        page.Add($"</svg>");
    }

    private static string Day(long day) => new EventTime(day * EventTime.Day).ToString()[..10];
}
