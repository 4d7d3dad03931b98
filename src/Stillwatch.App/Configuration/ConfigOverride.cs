namespace Stillwatch.App.Configuration;

/// <summary>A value that goes before the file's.</summary>
/// <param name="Path">The field's path, such as <c>gateway.port</c>.</param>
/// <param name="Value">The value.</param>
/// <param name="Source">Where it comes from, in words: a flag, a variable of the environment.</param>
internal readonly record struct ConfigOverride(string Path, string Value, string Source);
