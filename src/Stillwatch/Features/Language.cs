namespace Stillwatch.Features;

/// <summary>The language of a prompt as far as its script and function words tell. Numbers never change meaning.</summary>
public enum Language : byte
{
    /// <summary>Not told.</summary>
    Unknown = 0,

    /// <summary>English.</summary>
    English = 1,

    /// <summary>Chinese.</summary>
    Chinese = 2,

    /// <summary>Spanish.</summary>
    Spanish = 3,

    /// <summary>French.</summary>
    French = 4,

    /// <summary>German.</summary>
    German = 5,

    /// <summary>Portuguese.</summary>
    Portuguese = 6,

    /// <summary>Italian.</summary>
    Italian = 7,

    /// <summary>Russian.</summary>
    Russian = 8,

    /// <summary>Japanese.</summary>
    Japanese = 9,

    /// <summary>Korean.</summary>
    Korean = 10,
}
