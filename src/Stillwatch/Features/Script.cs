namespace Stillwatch.Features;

/// <summary>The script that most letters are in. Numbers never change meaning.</summary>
public enum Script : byte
{
    /// <summary>No letters.</summary>
    None = 0,

    /// <summary>Latin.</summary>
    Latin = 1,

    /// <summary>Han (Chinese, and Japanese without kana).</summary>
    Han = 2,

    /// <summary>Kana (Japanese).</summary>
    Kana = 3,

    /// <summary>Hangul (Korean).</summary>
    Hangul = 4,

    /// <summary>Cyrillic.</summary>
    Cyrillic = 5,

    /// <summary>Arabic.</summary>
    Arabic = 6,

    /// <summary>Devanagari and its neighbours.</summary>
    Indic = 7,

    /// <summary>Any other.</summary>
    Other = 8,
}
