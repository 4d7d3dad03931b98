using System.Text;
using Stillwatch.Campaigns.Subjects;
using Stillwatch.Campaigns.Ties;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Formats;
using Stillwatch.Features;
using Stillwatch.Logs;
using Stillwatch.Sketches;

namespace Stillwatch.Reports.Scan;

/// <summary>
/// Which address, card or template it is that the accounts of a campaign share. The watch keeps fingerprints; what they are of is read
/// again from the log, from one exchange of each, and from the accounts file.
/// </summary>
internal sealed class SharedThings
{
    private const int MostOfALink = 3;
    private const int Longest = 160; // characters that are shown of one

    private readonly Briefing _briefing;
    private readonly Dictionary<(Campaign Campaign, Link Link), List<(ulong Value, int Accounts)>> _of = [];
    private readonly Dictionary<(Link Link, ulong Value), (int File, long Line, int Part)?> _places = [];
    private readonly Dictionary<(Link Link, ulong Value), string> _texts = [];
    private readonly Dictionary<int, List<Link>> _links = []; // by account, the links of which something is looked for

    /// <summary>Finds what the flagged campaigns of <paramref name="briefing"/> share.</summary>
    public SharedThings(Briefing briefing)
    {
        _briefing = briefing;
        Span<ulong> values = stackalloc ulong[ILink<long>.MostValues];
        foreach (var campaign in briefing.Campaigns)
        {
            foreach (var link in briefing.Ties(campaign).Select(tie => tie.Link).Where(link => !link.Graded))
            {
                var counts = new Dictionary<ulong, int>();
                foreach (var account in campaign.Accounts.Select(number => briefing.Watch.Accounts[number]))
                {
                    foreach (var value in values[..account.ValuesOf(link, values)])
                    {
                        counts[value] = counts.GetValueOrDefault(value) + (value == 0 ? 0 : 1);
                    }
                }

                var most = counts
                    .Where(count => count.Value > 1)
                    .OrderByDescending(count => count.Value)
                    .ThenBy(count => count.Key)
                    .Take(MostOfALink)
                    .Select(count => (count.Key, count.Value))
                    .ToList();
                _of[(campaign, link)] = most;
                foreach (var (value, _) in most)
                {
                    _places[(link, value)] = null;
                }

                foreach (var number in most.Count == 0 ? [] : campaign.Accounts)
                {
                    (_links.TryGetValue(number, out var links) ? links : _links[number] = []).Add(link);
                }
            }
        }
    }

    /// <summary>What <paramref name="campaign"/>'s accounts share by <paramref name="link"/>, most accounts first.</summary>
    public IReadOnlyList<SharedThing> Of(Campaign campaign, Link link) =>
        [
            .. _of.GetValueOrDefault((campaign, link), [])
                .Select(one => new SharedThing(_texts.GetValueOrDefault((link, one.Value)), one.Accounts)),
        ];

    /// <summary>Looks whether an exchange shows something that is looked for.</summary>
    public void Look(int account, in LoggedExchange exchange)
    {
        if (!_links.TryGetValue(account, out var links))
        {
            return;
        }

        Span<ulong> values = stackalloc ulong[ILink<long>.MostValues];
        foreach (var link in links)
        {
            foreach (var value in values[..link.ValuesShownBy(exchange.Features, _briefing.Watch.Accounts[account].Facts, values)])
            {
                if (_places.TryGetValue((link, value), out var place) && place == null)
                {
                    _places[(link, value)] = (exchange.File, exchange.Line, exchange.Part);
                }
            }
        }
    }

    /// <summary>Reads what was found from the log, and from the accounts file.</summary>
    public void Read(LogReader log, string? accountsFile)
    {
        var rows = AccountsFile.Texts(
            accountsFile,
            _links.Keys.Select(number => _briefing.Log.Names[number]).ToHashSet(StringComparer.Ordinal)
        );
        Span<ulong> values = stackalloc ulong[ILink<long>.MostValues];
        foreach (
            var account in _links
                .Keys.Where(number => rows.ContainsKey(_briefing.Log.Names[number]))
                .Select(number => _briefing.Watch.Accounts[number])
        )
        {
            foreach (var link in _links[account.Number].Where(link => link.Needs >= Needs.Created))
            {
                foreach (var value in values[..account.ValuesOf(link, values)])
                {
                    if (
                        _places.ContainsKey((link, value))
                        && OfFacts(link, rows[_briefing.Log.Names[account.Number]]) is { Length: > 0 } text
                    )
                    {
                        _texts.TryAdd((link, value), Short(text));
                    }
                }
            }
        }

        var places = _places.Where(place => place.Value != null && !_texts.ContainsKey(place.Key)).ToList();
        var lines = LineFetcher.Fetch(log.Sources, places.Select(place => (place.Value!.Value.File, place.Value!.Value.Line)));
        foreach (var ((link, value), place) in places)
        {
            var (file, line, part) = place!.Value;
            if (lines.TryGetValue((file, line), out var bytes))
            {
                var found = new Shown(part, link, value);
                new LogLineReader(log.Options).Read(bytes, found);
                if (found.Text is { Length: > 0 } text)
                {
                    _texts[(link, value)] = Short(text);
                }
            }
        }
    }

    private static string Short(string text)
    {
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length > Longest ? text[..Longest] + "…" : text;
    }

    private static string? OfFacts(Link link, (string? Payment, string? Domain, string? Created) row) =>
        link.Needs switch
        {
            Needs.Payment => row.Payment,
            Needs.EmailDomain => $"{row.Domain}, about {row.Created}",
            _ => null,
        };

    /// <summary>Takes from one of a line's exchanges what a link's value is of.</summary>
    private sealed class Shown(int part, Link link, ulong value) : ILogSink
    {
        private int _part;

        public string? Text { get; private set; }

        public void Take(ExchangeDraft draft, ReadOnlySpan<byte> line, SpanFacts? span)
        {
            if (_part++ != part)
            {
                return;
            }

            var client = Encoding.UTF8.GetString(draft.Text(draft.UserAgent)) is { Length: > 0 } agent
                ? agent
                : "a client that does not name itself";
            Text = link.Id.Name switch
            {
                "shared-address" => Encoding.UTF8.GetString(draft.Text(draft.Ip)),
                "shared-client" => $"{Encoding.UTF8.GetString(draft.Text(draft.Ip))} with {client}",
                "shared-request-shape" => $"{Parameters(line)} with {client}",
                "shared-system-prompt" => Said(draft, TextRole.System),
                "shared-template" => Template(draft),
                _ when link.Needs == Needs.Text => Said(draft, TextRole.User),
                _ => null,
            };
        }

        public void Pass(SpanFacts span) { }

        public void Lose(Rejection rejection, long exchanges) { }

        private static string Said(ExchangeDraft draft, TextRole role)
        {
            var text = "";
            foreach (ref readonly var piece in draft.Pieces)
            {
                text = piece.Role == role ? Encoding.UTF8.GetString(draft.Text(piece)) : text;
            }

            return text;
        }

        private string Template(ExchangeDraft draft)
        {
            var text = Said(draft, TextRole.User).Trim();
            var ends = new FeatureExtractor(KeyedHash.ForScan).Take(draft).Closing == value;
            return text.Length <= Longest ? text
                : ends ? "… " + text[^Longest..]
                : text;
        }

        /// <summary>The names of the body's fields, in their order.</summary>
        private static string Parameters(ReadOnlySpan<byte> line)
        {
            var exchange = JsonSlices.Of(line);
            return string.Join(", ", JsonSlices.Of(exchange.Raw(line, "request")).Names);
        }
    }
}
