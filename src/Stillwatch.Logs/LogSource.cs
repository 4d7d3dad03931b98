namespace Stillwatch.Logs;

/// <summary>One log that is read: a file, a data folder, or what came through a pipe.</summary>
/// <param name="Name">What it is called where people read it.</param>
/// <param name="Path">Where it is opened.</param>
internal sealed record LogSource(string Name, string Path);
