namespace Stillwatch.Signals;

/// <summary>An account as one watch numbers it: from 0, by the order of first exchanges. It means nothing outside of that watch.</summary>
public readonly record struct AccountNumber(int Value) : IComparable<AccountNumber>
{
    /// <inheritdoc/>
    public int CompareTo(AccountNumber other) => Value.CompareTo(other.Value);

    /// <summary>Whether <paramref name="left"/> comes before.</summary>
    public static bool operator <(AccountNumber left, AccountNumber right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> comes after.</summary>
    public static bool operator >(AccountNumber left, AccountNumber right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> does not come after.</summary>
    public static bool operator <=(AccountNumber left, AccountNumber right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> does not come before.</summary>
    public static bool operator >=(AccountNumber left, AccountNumber right) => left.CompareTo(right) >= 0;
}
