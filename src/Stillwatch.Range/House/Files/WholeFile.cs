namespace Stillwatch.Range.House.Files;

/// <summary>Writes small files so that they are there whole or not at all.</summary>
internal static class WholeFile
{
    /// <summary>Writes <paramref name="text"/>.</summary>
    public static void Write(string path, string text)
    {
        var beside = path + ".part";
        File.WriteAllText(beside, text);
        File.Move(beside, path, overwrite: true);
    }
}
