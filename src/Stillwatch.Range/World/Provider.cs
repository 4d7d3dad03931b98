using Stillwatch.Sketches;

namespace Stillwatch.Range.World;

/// <summary>The provider, simulated: who its accounts are, and which models it serves when.</summary>
/// <param name="seed">The same seed makes the same world.</param>
/// <param name="start">When it begins, in microseconds since the epoch, at midnight.</param>
/// <param name="days">How many days it lasts.</param>
internal sealed class Provider(ulong seed, long start, int days)
{
    /// <summary>A day, in microseconds.</summary>
    public const long Day = 86_400_000_000;

    /// <summary>An hour, in microseconds.</summary>
    public const long Hour = Day / 24;

    private static readonly string[] Mail =
    [
        "gmail.com",
        "outlook.com",
        "yahoo.com",
        "icloud.com",
        "proton.me",
        "qq.com",
        "163.com",
        "gmx.de",
        "web.de",
        "mail.ru",
        "hotmail.com",
        "naver.com",
    ];

    private readonly List<Account> _accounts = [];
    private readonly List<(long At, string Model)> _releases = [(long.MinValue, "frontier-2")];

    /// <summary>The seed.</summary>
    public ulong Seed => seed;

    /// <summary>When it begins.</summary>
    public long Start => start;

    /// <summary>How many days it lasts.</summary>
    public int Days => days;

    /// <summary>When it ends.</summary>
    public long End => start + days * Day;

    /// <summary>The accounts, by number.</summary>
    public IReadOnlyList<Account> Accounts => _accounts;

    /// <summary>A new model is released at <paramref name="at"/>.</summary>
    public void Release(long at, string model) => _releases.Add((at, model));

    /// <summary>The newest model at <paramref name="micros"/>.</summary>
    public string Newest(long micros) => _releases.FindLast(release => release.At <= micros).Model;

    /// <summary>When the newest model at <paramref name="micros"/> was released.</summary>
    public long ReleasedAt(long micros) => _releases.FindLast(release => release.At <= micros).At;

    /// <summary>
    /// The model that an ordinary customer asks for: most stay with what they know for weeks after a release; a third use the small one.
    /// </summary>
    public string Model(Account account, long micros)
    {
        var taste = KeyedHash.Mix(account.Seed ^ 0x7a57e);
        var patience = (long)(taste % 40) * Day;
        var model = _releases.FindLast(release => release.At == long.MinValue || release.At + patience <= micros).Model;
        return taste % 3 == 0 ? model + "-mini" : model;
    }

    /// <summary>Takes an account.</summary>
    public Account Add(Role role, ulong own, Settling how)
    {
        var account = new Account
        {
            Number = _accounts.Count,
            Whole = seed,
            Role = role,
            Seed = own,
            Group = how.Group == 0 ? own : how.Group,
            Created = how.Created / 1000 * 1000,
            Country = how.Country,
            EmailDomain = how.EmailDomain,
            Organisation = how.Organisation,
            Payment = how.Payment,
            Tier = how.Tier,
            Verified = how.Verified,
            Place = how.Place,
            Program = how.Program,
            Language = how.Language,
            Rate = how.Rate,
            Campaign = how.Campaign,
        };
        _accounts.Add(account);
        return account;
    }

    /// <summary>When somebody signed up: mostly long ago, some while the world lasts; by day more than by night.</summary>
    public long SignUp(Chance chance, double shareOfNew = 0.25)
    {
        var day = chance.Is(shareOfNew) ? (long)(chance.NextDouble() * days) : -(long)Math.Min(700, chance.LogNormal(4.6, 1));
        return start + day * Day + (long)(Math.Clamp(14 + 4.5 * chance.Normal(), 0, 23.99) * Hour);
    }

    /// <summary>A free mail provider, the large ones more often.</summary>
    public static string FreeMail(Chance chance) => Mail[chance.Rank(Mail.Length)];

    /// <summary>A domain of an organisation's own.</summary>
    public static string OwnMail(ulong group) => $"org{KeyedHash.Mix(group) & 0xFFFFFFFF:x}.example";

    /// <summary>A means of payment's fingerprint.</summary>
    public static string Card(ulong owner) => $"pm_{KeyedHash.Mix(owner ^ 0xca4d):x16}";
}
