namespace Stillwatch.App;

/// <summary>Why a file or a folder could not be used, in words for whoever named it.</summary>
internal static class Readable
{
    /// <summary>What <paramref name="fault"/> means for <paramref name="path"/>.</summary>
    public static string Why(string path, Exception fault) => fault switch
    {
        _ when Directory.Exists(path) => "is a folder, and a file is wanted",
        FileNotFoundException => "is not there",
        DirectoryNotFoundException => "is not there, and neither is its folder",
        UnauthorizedAccessException => "may not be used by this user (access denied)",
        IOException when (fault.HResult & 0xFFFF) == 28 => "cannot be written: there is no space left on the device",
        _ => $"cannot be used ({fault.Message})",
    };
}
