namespace Stillwatch.Reports.Scan;

/// <summary>An exchange that a report shows, read again from the log.</summary>
/// <param name="Account">The account's name.</param>
/// <param name="Time">When.</param>
/// <param name="Prompt">What was asked, shortened.</param>
internal sealed record Example(string Account, string Time, string Prompt);
