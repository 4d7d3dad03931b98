using Stillwatch.Cases;
using Stillwatch.Signals;

namespace Stillwatch.Countermeasures;

/// <summary>A rule of the ladder, as data: which campaigns it is for, which of their accounts, and what is done to those.</summary>
/// <param name="Id">Its name: small letters, digits and dashes.</param>
/// <param name="Version">From 1 on; another version is another rule to the record.</param>
/// <param name="Rung">What is done.</param>
public sealed record Rule(string Id, int Version, Rung Rung)
{
    /// <summary>How far it is switched on.</summary>
    public RuleMode Mode { get; init; } = RuleMode.Shadow;

    /// <summary>How much is done.</summary>
    public MeasureTerms Terms { get; init; } = MeasureTerms.None;

    /// <summary>What the campaign is taken for; empty for anything.</summary>
    public IReadOnlyList<Verdict> Verdicts { get; init; } = [];

    /// <summary>Bits that the campaign has at least.</summary>
    public double LeastBits { get; init; }

    /// <summary>Accounts that the campaign has at least.</summary>
    public int LeastAccounts { get; init; } = 1;

    /// <summary>Tiers of the accounts that it touches; empty for all.</summary>
    public IReadOnlyList<string> Tiers { get; init; } = [];

    /// <summary>Whether it leaves accounts alone that the provider has verified. Default yes: people look at those.</summary>
    public bool SparesVerified { get; init; } = true;

    /// <summary>Accounts and organisations that it never touches.</summary>
    public IReadOnlyList<Subject> Except { get; init; } = [];

    /// <summary>
    /// Whether only the end users are touched that harvest, where the campaign's accounts have customers of their own: those of a reseller
    /// are spared.
    /// </summary>
    public bool EndUsersOnly { get; init; }

    /// <summary>For how many days a measure of it is in force, 1 to 366.</summary>
    public int Days { get; init; } = 7;

    /// <summary>Hours from the decision until it begins, so that a wave falls together; 0 for at once.</summary>
    public double DelayHours { get; init; }

    /// <summary>Whether accounts that are tied to the campaign later come under it too. Default yes.</summary>
    public bool TakesReplacements { get; init; } = true;

    /// <summary>Why, in a word that customers are told.</summary>
    public string ReasonCode { get; init; } = ReasonCodes.DistillationSuspected;

    /// <summary>The rule with its version, as it stands in the record.</summary>
    public string Name => $"{Id}@{Version}";

    /// <summary>What is wrong with it; null for nothing.</summary>
    public string? Fault() =>
        Id.Length is 0 or > 64 || Id.Any(letter => !char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter) && letter != '-')
            ? "id: 1 to 64 small letters, digits and dashes are taken"
        : Version < 1 ? "version: 1 or more is wanted"
        : !double.IsFinite(LeastBits) || LeastBits < 0 ? "least_bits: 0 or more is wanted"
        : LeastAccounts < 1 ? "least_accounts: 1 or more is wanted"
        : Days is < 1 or > Measure.MostDays ? $"days: 1 to {Measure.MostDays} are taken"
        : DelayHours is not (>= 0 and <= 720) ? "delay_hours: 0 to 720 are taken"
        : !ReasonCodes.IsOne(ReasonCode) ? "reason_code: 1 to 64 small letters, digits and underscores are taken"
        : Rung == Rung.RevokeKey ? "a rule cannot revoke keys: it does not know which was stolen; a person does"
        : EndUsersOnly && TakesReplacements ? "end_users_only and takes_replacements exclude each other: replacements are accounts"
        : Except.Any(one => one.Kind is not (SubjectKind.Account or SubjectKind.Organisation))
            ? "except: accounts and organisations are taken, as account:NAME"
        : Terms.Fault(Rung);
}
