using Microsoft.AspNetCore.Http;
using Stillwatch.Accounts;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Gateway.Admit;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Gateway.Admit;

/// <summary>However many come at once, together they do not pass a limit; what one limit refuses takes nothing from the others.</summary>
public sealed class AdmissionTests
{
    private static readonly Need Small = new(10, 20, 5);

    private readonly SteppedClock _clock = new();
    private readonly Admission _admission;

    public AdmissionTests() => _admission = new(_clock);

    [Fact]
    public void TryAdmit_WhenNothingIsLimited_ThenNothingIsMeasured()
    {
        Assert.Null(_admission.TryAdmit(Key(new Tier("t")), "m", Small, out var reservation));
        reservation.Settle(Small);
        Assert.Null(
            _admission.TryAdmit(Key(new Tier("t") { Organisation = new Limits { Concurrent = 1 } }, organisation: null), "m", Small, out _)
        );
        Assert.Null(
            _admission.TryAdmit(Key(new Tier("t") { ByModel = [new("dear-*", new Limits { Concurrent = 1 })] }), "m", Small, out _)
        );
        Assert.Empty(_admission.Meters);
    }

    [Theory]
    [InlineData("key")]
    [InlineData("account")]
    [InlineData("organisation")]
    [InlineData("account with dear-*")]
    public void TryAdmit_WhenOneLimitRefuses_ThenTheOthersAreAsTheyWere(string whose)
    {
        var (wide, narrow) = (
            new Limits
            {
                RequestsPerMinute = 10,
                InputTokensPerMinute = 1_000,
                OutputTokensPerMinute = 1_000,
                SpendPerDay = 1_000,
            },
            new Limits { RequestsPerMinute = 1 }
        );
        var key = Key(
            new Tier("t")
            {
                Key = whose == "key" ? narrow : wide,
                Account = whose == "account" ? narrow : wide,
                Organisation = whose == "organisation" ? narrow : wide,
                ByModel = [new("dear-*", whose == "account with dear-*" ? narrow : wide)],
            }
        );
        Assert.Null(_admission.TryAdmit(key, "dear-1", Small, out var first));
        for (var i = 0; i < 20; i++)
        {
            var refusal = _admission.TryAdmit(key, "dear-1", Small, out var none);
            Assert.Equal((429, "requests", 60), (refusal!.Status, refusal.Type, refusal.RetryAfter));
            Assert.Equal($"Rate limit reached for this {whose}: 1 requests a minute. Please try again in 60s.", refusal.Message);
            none.Settle(Small); // nothing was taken: nothing is given back
        }

        Assert.Equal(4, _admission.Meters.Count());
        foreach (var meter in _admission.Meters)
        {
            var left = meter.Left(wide, _clock.GetTimestamp(), _clock.TimestampFrequency);
            Assert.Equal((1, 9.0), (meter.Open, left.Requests));
            // the narrow one has no such limit
            Assert.True(left is { Input: 990, Output: 980 } or { Input: 1_000, Output: 1_000 }, meter.Subject);
        }

        first.Settle(default);
        Assert.All(_admission.Meters, meter => Assert.Equal(0, meter.Open));
    }

    [Fact]
    public async Task TryAdmit_WhenManyComeAtOnce_ThenAsManyAsAllowedAreOpenAndAllIsGivenBack()
    {
        const int Allowed = 7,
            Threads = 6;
        var key = Key(
            new Tier("t")
            {
                Account = new Limits { Concurrent = Allowed },
                Organisation = new Limits { SpendPerDay = 1_000_000, OutputTokensPerMinute = 1_000_000 },
            }
        );
        var (open, most, admitted) = (0, 0, 0);
        await Task.WhenAll(
            Enumerable
                .Range(0, Threads)
                .Select(_ =>
                    Task.Run(() =>
                    {
                        for (var i = 0; i < 2_000; i++)
                        {
                            List<Reservation> held = [];
                            while (held.Count < 3 && _admission.TryAdmit(key, "m", Small, out var reservation) == null)
                            {
                                held.Add(reservation);
                                var now = Interlocked.Increment(ref open);
                                Assert.InRange(now, 1, Allowed);
                                most = Math.Max(most, now);
                                Interlocked.Increment(ref admitted);
                            }

                            foreach (var reservation in held)
                            {
                                Interlocked.Decrement(ref open);
                                reservation.Settle(new Need(0, 0, 1));
                            }
                        }
                    })
                )
        );
        Assert.True(most > 1 && admitted > 2_000);
        Assert.All(_admission.Meters, meter => Assert.Equal(0, meter.Open));
        var organisation = _admission.Meters.Single(meter => meter.Subject == "organisation:org");
        Assert.Equal(admitted, Assert.Single(organisation.ToSave()).Spent);
        Assert.Equal(
            1_000_000,
            organisation.Left(new Limits { OutputTokensPerMinute = 1_000_000 }, _clock.GetTimestamp(), _clock.TimestampFrequency).Output
        );
    }

    [Theory]
    [InlineData(
        10,
        2_000,
        0,
        0,
        403,
        "request_too_large_for_limit",
        "This request alone may come to more tokens than this account may use in a minute."
    )]
    [InlineData(
        2_000,
        10,
        0,
        0,
        403,
        "request_too_large_for_limit",
        "This request alone may come to more tokens than this account may use in a minute."
    )]
    [InlineData(
        0,
        0,
        101,
        0,
        403,
        "request_too_large_for_limit",
        "This request alone may come to more than this account may spend in a day or a month."
    )]
    [InlineData(
        0,
        0,
        50,
        60,
        429,
        "rate_limit_exceeded",
        "What open requests of this account may come to holds the rest of its spend limit."
    )]
    [InlineData(
        900,
        0,
        0,
        0,
        429,
        "rate_limit_exceeded",
        "Rate limit reached for this account: 1000 tokens in, a minute. Please try again in 24s."
    )]
    [InlineData(0, 900, 0, 0, 429, "rate_limit_exceeded", "Rate limit reached for this account: 1000 tokens out, a minute")]
    public void TryAdmit_WhenALimitIsReached_ThenItSaysWhichAndWhetherWaitingHelps(
        long input,
        long output,
        long cost,
        long held,
        int status,
        string code,
        string message
    )
    {
        var key = Key(
            new Tier("t")
            {
                Account = new Limits
                {
                    InputTokensPerMinute = 1_000,
                    OutputTokensPerMinute = 1_000,
                    SpendPerDay = 100,
                },
            }
        );
        Assert.Null(_admission.TryAdmit(key, "m", new Need(500, 500, held), out _));
        var refusal = _admission.TryAdmit(key, "m", new Need(input, output, cost), out _)!;
        Assert.Equal((status, code, status == 429), (refusal.Status, refusal.Code, refusal.RetryAfter > 0));
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryAdmit_WhenTheDayOrTheMonthIsSpent_ThenItSaysWhenItBeginsAnew()
    {
        var day = _clock.GetUtcNow().ToUnixTimeSeconds() / 86400;
        _admission.Restore(day, [("account:alice", 95, 0), ("organisation:org", 0, 190)]);
        var refusal = _admission.TryAdmit(
            Key(new Tier("t") { Account = new Limits { SpendPerDay = 100 } }),
            "m",
            new Need(0, 0, 10),
            out _
        )!;
        Assert.Equal((403, "insufficient_quota"), (refusal.Status, refusal.Code));
        Assert.Contains("for today is reached", refusal.Message, StringComparison.Ordinal);
        refusal = _admission.TryAdmit(
            Key(new Tier("t") { Organisation = new Limits { SpendPerMonth = 195 } }),
            "m",
            new Need(0, 0, 10),
            out _
        )!;
        Assert.Contains("spend limit of this organisation for this month is reached", refusal.Message, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Null(_admission.TryAdmit(Key(new Tier("t") { Account = new Limits { SpendPerDay = 100 } }), "m", new Need(0, 0, 10), out _));
    }

    [Fact]
    public void Headers_WhenALimitIsShown_ThenItIsInTheWordsOfTheLibrary()
    {
        var key = Key(
            new Tier("t")
            {
                Account = new Limits
                {
                    RequestsPerMinute = 60,
                    InputTokensPerMinute = 600,
                    OutputTokensPerMinute = 1_200,
                },
            }
        );
        Assert.Null(_admission.TryAdmit(key, "m", new Need(60, 120, 0), out var reservation));
        var openai = new HeaderDictionary();
        _admission.Headers(reservation, WireFormat.At("/v1/chat/completions")!, openai);
        Assert.Equal(
            ("60", "59", "1000ms", "1800", "1620"),
            (
                openai["x-ratelimit-limit-requests"].ToString(),
                openai["x-ratelimit-remaining-requests"].ToString(),
                openai["x-ratelimit-reset-requests"].ToString(),
                openai["x-ratelimit-limit-tokens"].ToString(),
                openai["x-ratelimit-remaining-tokens"].ToString()
            )
        );
        var anthropic = new HeaderDictionary();
        _admission.Headers(reservation, WireFormat.At("/v1/messages")!, anthropic);
        Assert.Equal(
            ("60", "59", "600", "540", "1200", "1080"),
            (
                anthropic["anthropic-ratelimit-requests-limit"].ToString(),
                anthropic["anthropic-ratelimit-requests-remaining"].ToString(),
                anthropic["anthropic-ratelimit-input-tokens-limit"].ToString(),
                anthropic["anthropic-ratelimit-input-tokens-remaining"].ToString(),
                anthropic["anthropic-ratelimit-output-tokens-limit"].ToString(),
                anthropic["anthropic-ratelimit-output-tokens-remaining"].ToString()
            )
        );
        Assert.Equal(
            _clock.GetUtcNow().AddSeconds(6).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            anthropic["anthropic-ratelimit-output-tokens-reset"].ToString()
        );
        var none = new HeaderDictionary();
        _admission.Headers(default, WireFormat.At("/v1/messages")!, none);
        Assert.Empty(none);
    }

    private static KeyEntry Key(Tier tier, string? organisation = "org") =>
        new("abcdefgh", new byte[ApiKey.HashLength], new AccountEntry("alice", organisation, tier, Suspended: false), null, Revoked: false);
}
