using System.Runtime.CompilerServices;
using Stillwatch.Exchanges;
using Stillwatch.Features;

namespace Stillwatch.Campaigns.Subjects;

/// <summary>What a subject took, and how often it tried: counts by kind, language and day. Merges by addition.</summary>
public struct Take
{
    /// <summary>Days that are told apart: a later day takes the place of the one a whole round earlier.</summary>
    public const int Days = 36;

    private const int CountBits = 21;
    private const uint MostCount = (1u << CountBits) - 1;

    /// <summary>Kinds of elicitation.</summary>
    public const int Kinds = 8;

    /// <summary>Languages.</summary>
    public const int Languages = 11;

    /// <summary>Exchanges, attempts that were not answered among them.</summary>
    public long Exchanges;

    /// <summary>Those that were answered; all else here but <see cref="Exchanges"/> counts these alone.</summary>
    public long Answered;

    /// <summary>Tokens in.</summary>
    public long InputTokens;

    /// <summary>Tokens out.</summary>
    public long OutputTokens;

    /// <summary>Exchanges with tools, follow-ups, log-probabilities.</summary>
    public uint WithTools,
        FollowUps,
        WithLogProbabilities;

    private ByKind _kinds;
    private ByLanguage _languages;
    private ByDay _days; // by slot which round of days it is for, and how many exchanges; the later round wins, whatever the order

    [InlineArray(Kinds)]
    private struct ByKind
    {
        private uint _first;
    }

    [InlineArray(Languages)]
    private struct ByLanguage
    {
        private uint _first;
    }

    [InlineArray(Days)]
    private struct ByDay
    {
        private uint _first;
    }

    /// <summary>Adds one exchange.</summary>
    public void Observe(in ExchangeFeatures features)
    {
        Exchanges++;
        if (!features.IsAnswered)
        {
            return;
        }

        Answered++;
        InputTokens += features.InputTokens;
        OutputTokens += features.OutputTokens;
        WithTools += features.Has(ExchangeTraits.HasTools) ? 1u : 0;
        FollowUps += features.Has(ExchangeTraits.FollowUp) ? 1u : 0;
        WithLogProbabilities += features.Has(ExchangeTraits.LogProbabilities) ? 1u : 0;
        for (var kind = 0; kind < Kinds; kind++)
        {
            _kinds[kind] += (uint)features.Elicitation >> kind & 1;
        }

        _languages[(int)features.Language]++;
        var day = features.At.Window(EventTime.Day);
        Add((int)(day % Days), (uint)(day / Days) << CountBits | 1);
    }

    /// <summary>Adds what another subject took.</summary>
    public void Merge(in Take other)
    {
        Exchanges += other.Exchanges;
        Answered += other.Answered;
        InputTokens += other.InputTokens;
        OutputTokens += other.OutputTokens;
        WithTools += other.WithTools;
        FollowUps += other.FollowUps;
        WithLogProbabilities += other.WithLogProbabilities;
        for (var i = 0; i < Kinds; i++)
        {
            _kinds[i] += other._kinds[i];
        }

        for (var i = 0; i < Languages; i++)
        {
            _languages[i] += other._languages[i];
        }

        for (var i = 0; i < Days; i++)
        {
            Add(i, other._days[i]);
        }
    }

    /// <summary>Exchanges that showed kind number <paramref name="kind"/> (bit of <see cref="Elicitation"/>).</summary>
    public readonly long OfKind(int kind) => _kinds[kind];

    /// <summary>Exchanges in <paramref name="language"/>.</summary>
    public readonly long In(Language language) => _languages[(int)language];

    /// <summary>Exchanges on <paramref name="day"/> (days since the epoch).</summary>
    public readonly long On(long day) => _days[(int)(day % Days)] is var slot && slot >> CountBits == day / Days ? slot & MostCount : 0;

    /// <summary>The latest day with an exchange, in days since the epoch; 0 where there is none.</summary>
    public readonly long LastDay
    {
        get
        {
            long last = 0;
            for (var i = 0; i < Days; i++)
            {
                last = Math.Max(last, _days[i] == 0 ? 0 : (_days[i] >> CountBits) * (long)Days + i);
            }

            return last;
        }
    }

    private void Add(int slot, uint other)
    {
        var mine = _days[slot];
        if (other >> CountBits > mine >> CountBits || mine == 0)
        {
            _days[slot] = other;
        }
        else if (other >> CountBits == mine >> CountBits)
        {
            // two million a day, then "or more"
            _days[slot] = mine & ~MostCount | Math.Min(MostCount, (mine & MostCount) + (other & MostCount));
        }
    }
}
