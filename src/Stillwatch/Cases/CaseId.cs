namespace Stillwatch.Cases;

/// <summary>The lasting name of a case: <c>case-7k2m9qt4</c>. Customers are given it too.</summary>
/// <param name="Text">As it is written; empty for none.</param>
public readonly record struct CaseId(string Text)
{
    /// <summary>What it begins with.</summary>
    public const string Prefix = "case";

    /// <summary>The id that <paramref name="chance"/> makes.</summary>
    public static CaseId Of(ulong chance) => new(Reference.Of(Prefix, chance));

    /// <summary>Reads one, in either case.</summary>
    public static bool TryParse(string? text, out CaseId id)
    {
        var known = Reference.TryParse(Prefix, text, out var plain);
        id = new(plain);
        return known;
    }

    /// <inheritdoc/>
    public override string ToString() => Text ?? "";
}
