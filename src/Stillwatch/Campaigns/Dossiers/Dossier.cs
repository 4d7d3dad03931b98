using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Signals;
using Stillwatch.Statistics;

namespace Stillwatch.Campaigns.Dossiers;

/// <summary>
/// What is worked out of a subject's exchanges when somebody looks at it: how it goes about it, who stands behind it, what it took. Made by
/// a second pass over history, so that a campaign that was recognised late is seen from its first exchange on.
/// </summary>
/// <param name="verified">By account number, whether the provider has verified who it is; the keys are the subject's accounts.</param>
public sealed class Dossier(IReadOnlyDictionary<int, bool> verified)
{
    private const int MostEndUsers = 2_000;
    private const int LeastToTell = 15; // exchanges of an end user
    private const double LeastText = 0.2; // share of its exchanges with text, from which on its requests tell what it is

    private readonly HashSample<Body> _bodies = new();
    private readonly HashSample<long> _skeletons = new();
    private readonly HashSample<byte> _alsoAskedByOthers = new();
    private readonly HashSet<long> _days = [];
    private readonly HashSet<ulong> _models = [];
    private readonly Dictionary<ulong, EndUser> _endUsers = [];
    private readonly long[] _hours = new long[24];
    private readonly TopicSample _topics = new(128);
    private long _novel,
        _withEndUser,
        _greedy,
        _sampled,
        _elicited,
        _structured,
        _system,
        _withText;

    /// <summary>A body: how often it came, and under which models (a bit for each sixteenth of their fingerprints).</summary>
    private readonly record struct Body(long Times, ushort Models);

    /// <summary>The numbers of its accounts.</summary>
    public IEnumerable<int> Accounts => verified.Keys;

    /// <summary>Its exchanges, attempts that were not answered among them.</summary>
    public long Exchanges { get; private set; }

    /// <summary>Those that were answered.</summary>
    public long Answered { get; private set; }

    /// <summary>How many of them go on with a conversation, or bring results of tools.</summary>
    public long FollowUps { get; private set; }

    /// <summary>Tokens in and out of what was answered.</summary>
    public long InputTokens { get; private set; }

    /// <inheritdoc cref="InputTokens"/>
    public long OutputTokens { get; private set; }

    /// <summary>What it took.</summary>
    public Taken Taken { get; } = new();

    /// <summary>Its end users, those that requests name; at most two thousand.</summary>
    public IReadOnlyDictionary<ulong, EndUser> EndUsers => _endUsers;

    /// <summary>Whether account number <paramref name="account"/> is one of its own.</summary>
    public bool Has(int account) => verified.ContainsKey(account);

    /// <summary>The share of its requests that lay where nobody else had asked before them.</summary>
    public double Novel => Exchanges == 0 ? 0 : _novel / (double)Exchanges;

    /// <summary>How far its requests lie from everybody's.</summary>
    public Unlikeness.Kernel KernelIn(Unlikeness unlikeness) => unlikeness.Of(_topics);

    /// <summary>How many of its end users' requests lie farther from everybody's than any compared account's.</summary>
    public int UnlikeEndUsers(Unlikeness unlikeness) =>
        _endUsers.Values.Count(one => unlikeness.Of(one.Topics) is { AsFar: 0, Compared: > 0 });

    /// <summary>Takes an exchange of one of its accounts.</summary>
    /// <param name="features">What is kept of it.</param>
    /// <param name="novel">Whether it lay where nobody else had asked before.</param>
    public void Observe(in ExchangeFeatures features, bool novel = false)
    {
        Exchanges++;
        _novel += novel ? 1 : 0;
        _topics.Add(features);
        FollowUps += features.Has(ExchangeTraits.FollowUp | ExchangeTraits.ToolResult) ? 1 : 0;
        if (features.IsAnswered)
        {
            Answered++;
            InputTokens += features.InputTokens;
            OutputTokens += features.OutputTokens;
            Taken.Observe(features);
        }

        _days.Add(features.At.Window(EventTime.Day));
        _hours[features.At.Window(EventTime.Hour) % 24]++;
        _models.Add(features.Model);
        _greedy += features.Temperature == 0 ? 1 : 0;
        _sampled += features.Temperature > 0 ? 1 : 0;
        _elicited += features.Elicitation != 0 ? 1 : 0;
        _structured += features.Has(ExchangeTraits.Structured) ? 1 : 0;
        _system += features.System != 0 ? 1 : 0;
        if (features.HasText)
        {
            var model = (ushort)(1 << (int)(Sketches.KeyedHash.Mix(features.Model) >> 60));
            _withText++;
            _bodies.Add(features.Body, body => new Body(body.Times + 1, (ushort)(body.Models | model)));
            _skeletons.Add(features.Skeleton, times => times + 1);
        }

        if (features.EndUser != 0)
        {
            _withEndUser++;
            if (!_endUsers.TryGetValue(features.EndUser, out var endUser) && _endUsers.Count < MostEndUsers)
            {
                _endUsers[features.EndUser] = endUser = new EndUser();
            }

            endUser?.Observe(features);
        }
    }

    /// <summary>Takes the body of anybody's exchange, after all of its own: who asks what others ask too walks a public list.</summary>
    public void ObserveBody(int account, ulong body)
    {
        if (body != 0 && _bodies.Has(body) && !Has(account))
        {
            _alsoAskedByOthers.Add(body, _ => 1);
        }
    }

    /// <summary>
    /// Those of its end users who harvest by themselves, strongest first: their walk weighs more than the search among all of them asks.
    /// </summary>
    public IReadOnlyList<(ulong EndUser, EndUser Conduct, Weight Weight)> Harvesters(Calibration calibration, double alpha = 0.05)
    {
        var told = _endUsers.Where(one => one.Value.Exchanges >= LeastToTell).ToList();
        return
        [
            .. told.Select(one => (one.Key, one.Value, Weight: one.Value.WalkWeight(calibration)))
                .Where(one => one.Weight.Value >= told.Count / alpha)
                .OrderByDescending(one => one.Weight.Value)
                .ThenBy(one => one.Key),
        ];
    }

    /// <summary>Weighs what it is taken for.</summary>
    public Assessment Assess(Calibration calibration) => Assessment.Of(Arguments(calibration));

    private IEnumerable<Argument> Arguments(Calibration calibration)
    {
        double all = Math.Max(1, Exchanges);
        var accounts = Math.Max(1, verified.Count);
        double withText = Math.Max(1, _withText);
        var seen = _withText >= LeastText * all; // else nothing is said of what it asked
        var followUps = FollowUps / all;
        var distinct = Math.Max(1, _bodies.Distinct);
        var repeats = Math.Max(0, 1 - distinct / withText);
        var templates = Math.Min(1, _skeletons.Distinct / distinct); // 1: every request a form of its own
        var overModels =
            _bodies.Kept == 0
                ? 0
                : _bodies.Counts.Count(body => System.Numerics.BitOperations.PopCount(body.Value.Models) > 1) / (double)_bodies.Kept;
        var greedy = _greedy / all;
        var hours = _hours.Count(count => count > 0);
        var known = verified.Values.Count(one => one) / (double)accounts;
        var elicited = _elicited / withText;
        var byPublic = _bodies.Kept == 0 ? 0 : _alsoAskedByOthers.Kept / (double)_bodies.Kept;
        var told = _endUsers.Values.Where(one => one.Exchanges >= 3).ToList();
        var conversing = told.Count == 0 ? 0 : told.Count(one => one.FollowUps > 0) / (double)told.Count;
        var harvesters = Harvesters(calibration);
        var endUsers = _withEndUser / all >= 0.5 ? _endUsers.Count / accounts : 0;

        // The table of docs/verdicts.md, line by line.
        yield return new(
            Verdict.Lab,
            !seen ? 0
                : templates >= 0.6 && repeats < 0.2 ? 4
                : templates < 0.2 ? -3
                : 0,
            $"{templates:P0} of its different requests have a form of their own, {repeats:P0} are repeats",
            "if most of its requests came out of one frame, or were repeats"
        );
        yield return new(
            Verdict.Lab,
            seen && elicited >= 0.25 ? 3 : 0,
            $"{elicited:P0} of its requests elicit what serves a training set",
            "if hardly any request asked for reasoning, judgements or tasks"
        );
        yield return new(
            Verdict.Lab,
            accounts >= 5 ? 3
                : accounts >= 2 ? 1
                : 0,
            $"{accounts:N0} accounts act as one",
            "if one customer were shown to own these accounts for a reason"
        );
        yield return new(
            Verdict.Lab,
            followUps >= 0.1 ? -4
                : seen && followUps < 0.02 ? 2
                : 0,
            $"{followUps:P0} of its requests go on with a conversation",
            "if somebody were seen to read the answers and go on from them"
        );
        yield return new(
            Verdict.Lab,
            known >= 0.5 ? -5 : 0,
            $"the provider has verified {known:P0} of its accounts",
            "if the verification of its accounts were withdrawn"
        );
        yield return new(
            Verdict.Lab,
            _days.Count >= 4 && hours >= 20 ? 1 : 0,
            $"it is busy on {_days.Count:N0} days and in {hours} hours of the day",
            ""
        );
        yield return new(
            Verdict.Lab,
            overModels >= 0.3 ? -4 : 0,
            $"{overModels:P0} of its requests went to more than one model",
            "if it asked one model only"
        );

        yield return new(
            Verdict.Reseller,
            endUsers >= 8 ? 6 : -6,
            endUsers >= 8 ? $"{_endUsers.Count:N0} end users stand behind it" : "it names no end users, or hardly any",
            "if it named the end users behind it"
        );
        yield return new(
            Verdict.Reseller,
            endUsers >= 8
                ? conversing >= 0.2
                    ? 3
                    : -2
                : 0,
            $"{conversing:P0} of the end users with three exchanges and more converse",
            "if its end users were seen to converse"
        );
        yield return new(
            Verdict.Reseller,
            endUsers >= 8 && harvesters.Count > 0 ? 2 : 0,
            $"{harvesters.Count:N0} of its end users walk a seed set by themselves",
            ""
        );

        yield return new(
            Verdict.Evaluation,
            greedy >= 0.9 ? 4
                : _sampled / all >= 0.5 ? -4
                : -1,
            $"{greedy:P0} of its requests ask for temperature 0",
            "if it asked at temperature 0, as who compares models does"
        );
        yield return new(
            Verdict.Evaluation,
            overModels >= 0.3 ? 5 : 0,
            $"{overModels:P0} of its requests went to more than one model",
            "if the same requests went to several models"
        );
        yield return new(
            Verdict.Evaluation,
            byPublic >= 0.1 ? 3 : 0,
            $"{byPublic:P0} of its requests others asked too, word for word",
            "if its requests were those of a public benchmark"
        );
        yield return new(
            Verdict.Evaluation,
            accounts >= 5 ? -4
                : accounts == 1 ? 1
                : 0,
            $"{accounts:N0} accounts take part",
            "if one account had done it"
        );
        yield return new(
            Verdict.Evaluation,
            _days.Count <= 3 ? 3
                : _days.Count >= 10 ? -3
                : 0,
            $"it took {_days.Count:N0} days",
            "if it had been over within a few days"
        );
        yield return new(
            Verdict.Evaluation,
            followUps >= 0.05 || endUsers >= 8 ? -4 : 0,
            $"{followUps:P0} of its requests go on with a conversation, and {_endUsers.Count:N0} end users are named",
            ""
        );

        yield return new(
            Verdict.HonestBulk,
            known >= 0.5 ? 5 : 0,
            $"the provider has verified {known:P0} of its accounts",
            "if the provider verified who it is"
        );
        yield return new(
            Verdict.HonestBulk,
            !seen ? 0
                : templates < 0.3 ? 4
                : templates >= 0.6 ? -4
                : 0,
            $"{templates:P0} of its different requests have a form of their own",
            "if its requests came out of one frame"
        );
        yield return new(
            Verdict.HonestBulk,
            _structured / all >= 0.5 ? 2 : 0,
            $"{_structured / all:P0} of its answers are structured output",
            ""
        );
        yield return new(
            Verdict.HonestBulk,
            _system / all >= 0.9 ? 2 : 0,
            $"{_system / all:P0} of its requests carry a system prompt",
            "if its requests carried a product's system prompt"
        );
        yield return new(
            Verdict.HonestBulk,
            InputTokens > 4 * OutputTokens ? 2 : 0,
            $"{InputTokens:N0} tokens in for {OutputTokens:N0} out",
            ""
        );
        yield return new(
            Verdict.HonestBulk,
            accounts >= 5 && known < 0.5 ? -3
                : accounts == 1 ? 1
                : 0,
            $"{accounts:N0} accounts take part",
            "if one account had done it"
        );
        yield return new(
            Verdict.HonestBulk,
            seen && elicited >= 0.5 ? -2 : 0,
            $"{elicited:P0} of its requests elicit what serves a training set",
            ""
        );
        yield return new(Verdict.HonestBulk, endUsers >= 8 ? -3 : 0, $"{_endUsers.Count:N0} end users stand behind it", "");
    }
}
