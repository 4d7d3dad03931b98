using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Stillwatch.Accounts;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Gateway.Surface;

namespace Stillwatch.Gateway.Admit;

/// <summary>Admits requests within the limits of their key, account and organisation. Safe for use from many threads.</summary>
internal sealed class Admission(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Meter> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Meter> _accounts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Meter> _organisations = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Meter> _models = new(StringComparer.Ordinal); // of an account and a model

    /// <summary>All meters that were used.</summary>
    public IEnumerable<Meter> Meters => _keys.Values.Concat(_accounts.Values).Concat(_organisations.Values).Concat(_models.Values);

    /// <summary>Sets what subjects spent before this process began: on <paramref name="day"/>, and in its month before it.</summary>
    public void Restore(long day, IEnumerable<(string Subject, long Today, long BeforeToday)> spend)
    {
        foreach (var (subject, today, before) in spend)
        {
            var colon = subject.IndexOf(':', StringComparison.Ordinal);
            var (kind, name) = (subject[..colon], subject[(colon + 1)..]);
            Of(
                    kind switch
                    {
                        "key" => _keys,
                        "account" => _accounts,
                        "model" => _models,
                        _ => _organisations,
                    },
                    kind,
                    name
                )
                .Restore(day, today, before);
        }
    }

    /// <summary>Admits a request, or says why not.</summary>
    /// <param name="key">Who asks.</param>
    /// <param name="model">The model that is asked for; null for none.</param>
    /// <param name="need">What it may come to.</param>
    /// <param name="reservation">What was taken, to be settled at the end.</param>
    public Refusal? TryAdmit(KeyEntry key, string? model, in Need need, out Reservation reservation)
    {
        var tier = key.Account.Tier;
        reservation = default;
        var ofModel = tier.Of(model);
        if (ofModel == null && tier.Key.IsNone && tier.Account.IsNone && (tier.Organisation.IsNone || key.Account.Organisation == null))
        {
            return null;
        }

        var now = clock.GetTimestamp();
        var day = clock.GetUtcNow().ToUnixTimeSeconds() / 86400;
        var byKey = tier.Key.IsNone ? null : Of(_keys, "key", key.Id);
        var byAccount = tier.Account.IsNone ? null : Of(_accounts, "account", key.Account.Name);
        var byOrganisation =
            tier.Organisation.IsNone || key.Account.Organisation == null
                ? null
                : Of(_organisations, "organisation", key.Account.Organisation);
        var byModel = ofModel == null ? null : Of(_models, "model", $"{key.Account.Name} {ofModel.Model}");
        var taken = new Reservation(tier, need, byKey, byAccount, byOrganisation, byModel, ofModel?.Limits);
        double seconds = 0;
        var kind = byKey?.TryTake(tier.Key, need, now, clock.TimestampFrequency, day, out seconds) ?? LimitKind.None;
        if (kind != LimitKind.None)
        {
            return Explain(kind, "key", tier.Key, seconds);
        }

        kind = byAccount?.TryTake(tier.Account, need, now, clock.TimestampFrequency, day, out seconds) ?? LimitKind.None;
        if (kind != LimitKind.None)
        {
            byKey?.Settle(tier.Key, need, default, undo: true);
            return Explain(kind, "account", tier.Account, seconds);
        }

        kind = byOrganisation?.TryTake(tier.Organisation, need, now, clock.TimestampFrequency, day, out seconds) ?? LimitKind.None;
        if (kind != LimitKind.None)
        {
            byKey?.Settle(tier.Key, need, default, undo: true);
            byAccount?.Settle(tier.Account, need, default, undo: true);
            return Explain(kind, "organisation", tier.Organisation, seconds);
        }

        kind = byModel?.TryTake(ofModel!.Limits, need, now, clock.TimestampFrequency, day, out seconds) ?? LimitKind.None;
        if (kind != LimitKind.None)
        {
            byKey?.Settle(tier.Key, need, default, undo: true);
            byAccount?.Settle(tier.Account, need, default, undo: true);
            byOrganisation?.Settle(tier.Organisation, need, default, undo: true);
            return Explain(kind, $"account with {ofModel!.Model}", ofModel.Limits, seconds);
        }

        reservation = taken;
        return null;
    }

    /// <summary>Tells the client what is left, as its library expects it.</summary>
    public void Headers(in Reservation reservation, WireFormat format, IHeaderDictionary headers)
    {
        var (meter, limits) = reservation.Shown;
        if (meter == null)
        {
            return;
        }

        var (requests, input, output) = meter.Left(limits, clock.GetTimestamp(), clock.TimestampFrequency);
        if (format.HasAnthropicHeaders)
        {
            Anthropic(headers, "requests", limits.RequestsPerMinute, requests);
            Anthropic(headers, "input-tokens", limits.InputTokensPerMinute, input);
            Anthropic(headers, "output-tokens", limits.OutputTokensPerMinute, output);
            return;
        }

        if (limits.RequestsPerMinute > 0)
        {
            headers["x-ratelimit-limit-requests"] = FewStrings.Of(limits.RequestsPerMinute);
            headers["x-ratelimit-remaining-requests"] = FewStrings.Of((long)Math.Max(0, requests));
            headers["x-ratelimit-reset-requests"] = Reset(limits.RequestsPerMinute, requests);
        }

        var tokens = limits.InputTokensPerMinute + limits.OutputTokensPerMinute;
        if (tokens > 0)
        {
            var left = (limits.InputTokensPerMinute > 0 ? input : 0) + (limits.OutputTokensPerMinute > 0 ? output : 0);
            headers["x-ratelimit-limit-tokens"] = FewStrings.Of(tokens);
            headers["x-ratelimit-remaining-tokens"] = FewStrings.Of((long)Math.Max(0, left));
            headers["x-ratelimit-reset-tokens"] = Reset(tokens, left);
        }
    }

    private void Anthropic(IHeaderDictionary headers, string what, long limit, double left)
    {
        if (limit > 0)
        {
            headers[$"anthropic-ratelimit-{what}-limit"] = limit.ToString();
            headers[$"anthropic-ratelimit-{what}-remaining"] = ((long)Math.Max(0, left)).ToString();
            headers[$"anthropic-ratelimit-{what}-reset"] = clock
                .GetUtcNow()
                .AddSeconds((limit - left) * 60 / limit)
                .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        }
    }

    private static string Reset(long limit, double left) => FewStrings.Milliseconds((long)Math.Ceiling((limit - left) * 60_000 / limit));

    private static Meter Of(ConcurrentDictionary<string, Meter> meters, string kind, string name) =>
        meters.TryGetValue(name, out var meter) ? meter : meters.GetOrAdd(name, static (name, kind) => new Meter($"{kind}:{name}"), kind);

    private static Refusal Explain(LimitKind kind, string whose, Limits limits, double seconds) =>
        kind switch
        {
            LimitKind.Requests => Refusal.Limited(
                "requests",
                $"Rate limit reached for this {whose}: {limits.RequestsPerMinute} requests a minute. Please try again in "
                    + $"{Math.Ceiling(seconds)}s.",
                seconds
            ),
            LimitKind.InputTokens => Refusal.Limited(
                "tokens",
                $"Rate limit reached for this {whose}: {limits.InputTokensPerMinute} tokens in, a minute. Please try again in "
                    + $"{Math.Ceiling(seconds)}s.",
                seconds
            ),
            LimitKind.OutputTokens => Refusal.Limited(
                "tokens",
                $"Rate limit reached for this {whose}: {limits.OutputTokensPerMinute} tokens out, a minute (what a request may come "
                    + $"to counts until it ends; max_tokens lowers it). Please try again in {Math.Ceiling(seconds)}s.",
                seconds
            ),
            LimitKind.Concurrent => Refusal.Limited(
                "requests",
                $"Too many requests are open at once for this {whose}: {limits.Concurrent}. Please try again when one has ended.",
                seconds
            ),
            LimitKind.Spend => Refusal.Forbidden(
                $"The spend limit of this {whose} for today is reached, or what is left of it does not cover what this request may "
                    + $"come to (max_tokens lowers that). It begins anew at 00:00 UTC.",
                "insufficient_quota"
            ),
            LimitKind.SpendOfMonth => Refusal.Forbidden(
                $"The spend limit of this {whose} for this month is reached, or what is left of it does not cover what this request "
                    + $"may come to (max_tokens lowers that). It begins anew on the first, 00:00 UTC.",
                "insufficient_quota"
            ),
            LimitKind.SpendHeld => Refusal.Limited(
                "tokens",
                $"What open requests of this {whose} may come to holds the rest of its spend limit. Please try again when one has "
                    + $"ended; max_tokens lowers what a request holds.",
                seconds
            ),
            LimitKind.SpendTooLarge => Refusal.Forbidden(
                $"This request alone may come to more than this {whose} may spend in a day or a month. Lower max_tokens, or send less.",
                "request_too_large_for_limit"
            ),
            _ => Refusal.Forbidden(
                $"This request alone may come to more tokens than this {whose} may use in a minute. Lower max_tokens, or send less.",
                "request_too_large_for_limit"
            ),
        };
}
