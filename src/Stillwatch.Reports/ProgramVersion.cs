namespace Stillwatch.Reports;

/// <summary>The program's version, as files and pages name it.</summary>
internal static class ProgramVersion
{
    /// <summary>Such as "1.2.0".</summary>
    public static string Text { get; } = typeof(ProgramVersion).Assembly.GetName().Version?.ToString(3) ?? "";
}
