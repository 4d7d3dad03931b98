using System.Text;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Formats;
using Stillwatch.Logs;

namespace Stillwatch.Reports.Scan;

/// <summary>
/// Where a few of each account's exchanges stand in the log, so that the few that a report shows can be read again: places, no text.
/// </summary>
internal sealed class ExamplePlaces(bool wanted)
{
    private const int PerAccount = 2;
    private const int PerCampaign = 6;
    private const int LongestExample = 600; // characters

    private readonly Dictionary<int, List<(int File, long Line, int Part, string Time)>> _places = [];

    /// <summary>Notes where an exchange stands: an account's first ones.</summary>
    public void Place(int account, LoggedExchange exchange)
    {
        if (!wanted)
        {
            return;
        }

        if (!_places.TryGetValue(account, out var places))
        {
            _places[account] = places = [];
        }

        if (places.Count < PerAccount)
        {
            places.Add((exchange.File, exchange.Line, exchange.Part, exchange.Features.At.ToString()));
        }
    }

    /// <summary>The examples of each flagged campaign and lone account, by its name.</summary>
    /// <param name="log">The reader that read them.</param>
    /// <param name="briefing">What was found.</param>
    public IReadOnlyDictionary<string, IReadOnlyList<Example>> Read(LogReader log, Briefing briefing)
    {
        var wantedPlaces = new Dictionary<string, List<(int Account, int File, long Line, int Part, string Time)>>(StringComparer.Ordinal);
        foreach (var campaign in briefing.Campaigns)
        {
            wantedPlaces[campaign.Id.ToString()] = [.. Spread(campaign.Accounts)];
        }

        foreach (var account in briefing.Leads)
        {
            wantedPlaces[Briefing.CampaignOf(account)!] = [.. Spread([account.Number])];
        }

        var lines = LineFetcher.Fetch(
            log.Sources,
            wantedPlaces.Values.SelectMany(places => places).Select(place => (place.File, place.Line))
        );
        return wantedPlaces.ToDictionary(
            campaign => campaign.Key,
            campaign =>
                (IReadOnlyList<Example>)
                    [
                        .. campaign
                            .Value.Where(place => lines.ContainsKey((place.File, place.Line)))
                            .Select(place => new Example(
                                briefing.Log.Names[place.Account],
                                place.Time,
                                Prompt(lines[(place.File, place.Line)], place.Part, log.Options)
                            )),
                    ],
            StringComparer.Ordinal
        );
    }

    private IEnumerable<(int Account, int File, long Line, int Part, string Time)> Spread(IReadOnlyList<int> accounts)
    {
        var step = Math.Max(1, accounts.Count / PerCampaign);
        return accounts
            .Where((_, i) => i % step == 0)
            .Take(PerCampaign)
            .SelectMany(account =>
                _places
                    .GetValueOrDefault(account, [])
                    .Take(accounts.Count == 1 ? PerAccount : 1)
                    .Select(place => (account, place.File, place.Line, place.Part, place.Time))
            );
    }

    /// <summary>The newest thing said in exchange number <paramref name="part"/> of <paramref name="line"/>.</summary>
    private static string Prompt(byte[] line, int part, LogOptions options)
    {
        var found = new Newest(part);
        new LogLineReader(options).Read(line, found);
        return found.Text is not { } text ? "(the line can no longer be read)"
            : text.Length > LongestExample ? text[..LongestExample] + " …"
            : text;
    }

    /// <summary>Takes the newest thing said in one of a line's exchanges.</summary>
    private sealed class Newest(int part) : ILogSink
    {
        private int _part;

        public string? Text { get; private set; }

        public void Take(ExchangeDraft draft, ReadOnlySpan<byte> line, SpanFacts? span)
        {
            if (_part++ != part)
            {
                return;
            }

            Text = "";
            foreach (ref readonly var piece in draft.Pieces)
            {
                if (piece.Role == TextRole.User)
                {
                    Text = Encoding.UTF8.GetString(draft.Text(piece));
                }
            }
        }

        public void Pass(SpanFacts span) { }

        public void Lose(Rejection rejection, long exchanges) { }
    }
}
