namespace Stillwatch.Logs;

/// <summary>
/// Folders that are read as one log, though they hold no log files: the data folder of a deployment. The program supplies it.
/// </summary>
internal interface IRecordFolder
{
    /// <summary>Whether <paramref name="path"/> is such a folder.</summary>
    bool Is(string path);

    /// <summary>Its exchanges, as the lines of an exchange log.</summary>
    /// <exception cref="UnusableInputException">The folder cannot be read.</exception>
    Stream Open(string path);
}
