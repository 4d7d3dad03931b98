using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace Stillwatch.Exchanges;

/// <summary>
/// Strings that come again with almost every request, such as a model's name or a limit: the same text is the same string, without making
/// it anew. What it holds is bounded; what does not fit is made. Safe for use from many threads.
/// </summary>
internal static class FewStrings
{
    private const int Places = 256,
        Longest = 64;

    private static readonly string?[] Texts = new string?[Places];
    private static readonly Numbered?[] Numbers = new Numbered?[Places],
        Times = new Numbered?[Places];

    /// <summary>The text of <paramref name="utf8"/>.</summary>
    public static string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Longest || !Ascii.IsValid(utf8))
        {
            return Encoding.UTF8.GetString(utf8);
        }

        ref var place = ref Texts[(int)(XxHash3.HashToUInt64(utf8) % Places)];
        var known = Volatile.Read(ref place);
        if (known != null && Ascii.Equals(utf8, known))
        {
            return known;
        }

        known = Encoding.ASCII.GetString(utf8);
        Volatile.Write(ref place, known);
        return known;
    }

    /// <summary>The digits of <paramref name="number"/>.</summary>
    public static string Of(long number) => Of(Numbers, number, "");

    /// <summary>The digits of <paramref name="milliseconds"/> with their unit.</summary>
    public static string Milliseconds(long milliseconds) => Of(Times, milliseconds, "ms");

    private static string Of(Numbered?[] places, long number, string unit)
    {
        ref var place = ref places[(int)((ulong)number % Places)];
        var known = Volatile.Read(ref place);
        if (known?.Number != number)
        {
            known = new Numbered(number, number.ToString(CultureInfo.InvariantCulture) + unit);
            Volatile.Write(ref place, known);
        }

        return known.Text;
    }

    private sealed record Numbered(long Number, string Text);
}
