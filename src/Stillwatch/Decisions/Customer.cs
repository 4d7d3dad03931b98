using Stillwatch.Accounts;
using Stillwatch.Cases;

namespace Stillwatch.Decisions;

/// <summary>A customer, as its key shows it.</summary>
/// <param name="Account">The account.</param>
/// <param name="Key">The key's public id.</param>
/// <param name="Organisation">The account's organisation; null where it stands alone.</param>
public sealed record Customer(string Account, string? Key = null, string? Organisation = null)
{
    /// <summary>The customer of a key.</summary>
    public static Customer Of(KeyEntry key) => new(key.Account.Name, key.Id, key.Account.Organisation);

    /// <summary>Whether a subject is it, one of its keys, its organisation or one of its end users.</summary>
    public bool Is(Subject subject) =>
        subject.Kind switch
        {
            SubjectKind.Key => subject.Name == Key,
            SubjectKind.Organisation => subject.Name == Organisation,
            _ => subject.Account == Account,
        };
}
