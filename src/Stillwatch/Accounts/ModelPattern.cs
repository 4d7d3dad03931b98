namespace Stillwatch.Accounts;

/// <summary>The name of a model as settings and decisions write it: exact, or with a star at the end for all that begin so.</summary>
internal static class ModelPattern
{
    /// <summary>Whether <paramref name="pattern"/> names <paramref name="model"/>.</summary>
    public static bool Fits(string pattern, string model) =>
        pattern.EndsWith('*') ? model.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal) : pattern == model;
}
