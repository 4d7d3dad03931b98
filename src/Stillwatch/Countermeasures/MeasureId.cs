using Stillwatch.Cases;

namespace Stillwatch.Countermeasures;

/// <summary>The lasting name of a countermeasure: <c>cm-7k2m9qt4</c>.</summary>
/// <param name="Text">As it is written; empty for none.</param>
public readonly record struct MeasureId(string Text)
{
    /// <summary>What it begins with.</summary>
    public const string Prefix = "cm";

    /// <summary>The id that <paramref name="chance"/> makes.</summary>
    public static MeasureId Of(ulong chance) => new(Reference.Of(Prefix, chance));

    /// <summary>Reads one, in either case.</summary>
    public static bool TryParse(string? text, out MeasureId id)
    {
        var known = Reference.TryParse(Prefix, text, out var plain);
        id = new(plain);
        return known;
    }

    /// <inheritdoc/>
    public override string ToString() => Text ?? "";
}
