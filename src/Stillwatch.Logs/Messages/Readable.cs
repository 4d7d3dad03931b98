namespace Stillwatch.Logs.Messages;

/// <summary>Why a file or a folder could not be used, in words for whoever named it.</summary>
internal static class Readable
{
    /// <summary>Says that <paramref name="path"/> could not be read, or that it is not what was wanted.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fault">What happened.</param>
    /// <param name="wanted">What it should be, with its article: "a labels file".</param>
    /// <param name="advice">What to do; nothing where empty.</param>
    public static UnusableInputException Unusable(string path, Exception fault, string wanted, string advice = "") =>
        new(
            $"{path}: "
                + (
                    fault is IOException or UnauthorizedAccessException
                        ? Why(path, fault)
                        : $"is not {wanted} ({fault.Message.ReplaceLineEndings(" ")})"
                )
                + (advice.Length == 0 ? "" : "; " + advice)
        );

    /// <summary>What <paramref name="fault"/> means for <paramref name="path"/>.</summary>
    public static string Why(string path, Exception fault) =>
        fault switch
        {
            _ when Directory.Exists(path) => "is a folder, and a file is wanted",
            FileNotFoundException => "is not there",
            DirectoryNotFoundException => "is not there, and neither is its folder",
            UnauthorizedAccessException => "may not be used by this user (access denied)",
            IOException when (fault.HResult & 0xFFFF) == 28 => "cannot be written: there is no space left on the device",
            _ => $"cannot be used ({fault.Message})",
        };
}
