namespace Stillwatch.Reports.Screen;

/// <summary>What a verb says beside its result, on standard error; <c>--quiet</c> keeps it back. What is wrong is no remark.</summary>
internal static class Remark
{
    /// <summary>Whether nothing is said.</summary>
    public static bool Quiet { get; set; }

    /// <summary>Says <paramref name="line"/>.</summary>
    public static void Write(string line)
    {
        if (!Quiet)
        {
            Terminal.Error.WriteLine(Shown.Text(line));
        }
    }
}
