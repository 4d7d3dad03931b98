using System.Text.RegularExpressions;

namespace Stillwatch.Range.House.Tokens;

/// <summary>
/// What tokens never go across: words with the space before them, single digits, single marks. Digits stay single so that sums can be
/// learned.
/// </summary>
internal static partial class Pieces
{
    /// <summary>The pieces of a text, one after the other.</summary>
    public static Regex Regex { get; } = Make();

    [GeneratedRegex(
        @" ?\p{L}+|\p{N}| ?(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\s\p{L}\p{N}])| +(?! )|\s",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1_000
    )]
    private static partial Regex Make();
}
