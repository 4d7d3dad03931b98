namespace Stillwatch.Logs.Messages;

/// <summary>Numbers with what they count, as people write them: 1 account, 2 accounts, 1,000 accounts.</summary>
internal static class Count
{
    /// <summary><paramref name="count"/> of <paramref name="one"/>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="one">What one of them is called.</param>
    /// <param name="many">What several are called; <paramref name="one"/> with an s where null.</param>
    public static string Of(long count, string one, string? many = null) => $"{count:N0} {(count == 1 ? one : many ?? one + "s")}";
}
