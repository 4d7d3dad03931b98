using System.IO.Hashing;
using System.Text;

namespace Stillwatch.Exchanges;

/// <summary>What names of accounts have in common.</summary>
public static class AccountName
{
    /// <summary>
    /// A fingerprint of an account's name (XXH3 of its UTF-8), from which lasting ids are made. It has no key: names are no secret beside
    /// their ids.
    /// </summary>
    public static ulong Fingerprint(string name) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(name));
}
