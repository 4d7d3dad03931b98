namespace Stillwatch.Cases;

/// <summary>Whom a countermeasure or a case is about.</summary>
/// <param name="Kind">An account, a key, an end user, an organisation or a campaign.</param>
/// <param name="Name">Its name: of an account, the id of a key, <c>ACCOUNT/USER</c>, of an organisation, the id of a campaign.</param>
/// <remarks>
/// In <c>ACCOUNT/USER</c> a slash of the account is written <c>%2F</c> and a per cent sign <c>%25</c>: else an account <c>a</c> could be
/// taken for the one of <c>a/b</c>'s end users.
/// </remarks>
public sealed record Subject(SubjectKind Kind, string Name)
{
    /// <summary>Most characters of a name.</summary>
    public const int MostName = 600;

    private static readonly (SubjectKind Kind, string Word)[] Words =
    [
        (SubjectKind.Account, "account"),
        (SubjectKind.Key, "key"),
        (SubjectKind.EndUser, "end_user"),
        (SubjectKind.Organisation, "organisation"),
        (SubjectKind.Campaign, "campaign"),
    ];

    /// <summary>An end user of an account.</summary>
    public static Subject OfEndUser(string account, string user) =>
        new(
            SubjectKind.EndUser,
            $"{account.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal)}/{user}"
        );

    /// <summary>
    /// An end user of an account of whom the watch knows no name, only its fingerprint: <c>ACCOUNT/#0123456789abcdef</c>.
    /// </summary>
    public static Subject OfFingerprint(string account, ulong fingerprint) =>
        OfEndUser(account, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"#{fingerprint:x16}"));

    /// <summary>The account that it is of: itself, or that of the end user; null for others.</summary>
    public string? Account =>
        Kind switch
        {
            SubjectKind.Account => Name,
            SubjectKind.EndUser when Name.IndexOf('/', StringComparison.Ordinal) is > 0 and var cut => Name[..cut]
                .Replace("%2F", "/", StringComparison.Ordinal)
                .Replace("%25", "%", StringComparison.Ordinal),
            _ => null,
        };

    /// <summary>Reads <c>KIND:NAME</c> as <see cref="ToString"/> writes it.</summary>
    public static bool TryParse(string? text, out Subject subject)
    {
        subject = null!;
        var cut = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (cut <= 0 || cut == text!.Length - 1 || text.Length - cut - 1 > MostName)
        {
            return false;
        }

        foreach (var (kind, word) in Words)
        {
            if (text.AsSpan(0, cut).SequenceEqual(word))
            {
                subject = new(kind, text[(cut + 1)..]);
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Words.First(one => one.Kind == Kind).Word}:{Name}";
}
