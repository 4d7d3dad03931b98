using System.Globalization;
using System.Text;
using Stillwatch.Corpora;
using Stillwatch.Features;

namespace Stillwatch.Logs.Corpora;

/// <summary>A folder of corpora, a file each. A number that was given once is never given again: features on record name it.</summary>
internal static class CorpusFolder
{
    private const string Ending = ".corpus";
    private const string LastName = "last-number";

    /// <summary>The corpora in <paramref name="folder"/>, by number; none where there is no such folder.</summary>
    /// <exception cref="UnusableInputException">One cannot be read.</exception>
    public static IReadOnlyList<Corpus> Load(string folder)
    {
        IReadOnlyList<Corpus> corpora = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*" + Ending).Select(LoadFile).OrderBy(corpus => corpus.Number)]
            : [];
        var twice = corpora.GroupBy(corpus => corpus.Number).FirstOrDefault(same => same.Count() > 1);
        return twice == null
            ? corpora
            : throw new UnusableInputException(
                $"{folder}: {string.Join(" and ", twice.Select(corpus => corpus.Name))} have one number, as copied files may; remove one "
                    + "and add it again"
            );
    }

    /// <summary>The corpora in <paramref name="folder"/>, ready to be looked up.</summary>
    /// <exception cref="UnusableInputException">One cannot be read, or they are too many.</exception>
    public static CorpusIndex Index(string folder)
    {
        try
        {
            return new CorpusIndex(Load(folder));
        }
        catch (ArgumentException fault)
        {
            throw new UnusableInputException($"{folder}: {fault.Message}");
        }
    }

    /// <summary>Whether <paramref name="name"/> can be a corpus's: letters, digits, dots, dashes and underscores.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= Corpus.LongestName
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_')
        && char.IsAsciiLetterOrDigit(name[0]);

    /// <summary>Makes a corpus of <paramref name="texts"/> and keeps it.</summary>
    /// <param name="folder">The folder; it is made where it is missing.</param>
    /// <param name="name">The name.</param>
    /// <param name="kind">What it is for.</param>
    /// <param name="texts">Its items.</param>
    /// <param name="notTold">How many of them cannot be told.</param>
    /// <exception cref="UnusableInputException">The name is taken, or the corpus cannot be made or written.</exception>
    public static Corpus Add(string folder, string name, CorpusKind kind, IEnumerable<byte[]> texts, out int notTold)
    {
        try
        {
            Directory.CreateDirectory(folder);
            if (File.Exists(PathOf(folder, name)))
            {
                throw new UnusableInputException(
                    $"there is a corpus {name} already; ./stillwatch corpora remove {name} takes it away first"
                );
            }

            // Held open until the corpus is there: two that are added at once do not get one number.
            using var last = new FileStream(Path.Combine(folder, LastName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            using var text = new StreamReader(last, leaveOpen: true);
            var written = text.ReadToEnd();
            var given = Math.Max(
                written.Length == 0 ? 0 : int.Parse(written, CultureInfo.InvariantCulture),
                Load(folder).Select(corpus => (int)corpus.Number).DefaultIfEmpty().Max()
            );
            if (given >= byte.MaxValue)
            {
                throw new UnusableInputException($"{byte.MaxValue} corpora were added here already, and numbers are not given again");
            }

            var corpus = Corpus.Of((byte)(given + 1), name, kind, CorpusWords.Of(texts), out notTold);
            last.SetLength(0);
            last.Write(Encoding.ASCII.GetBytes((given + 1).ToString(CultureInfo.InvariantCulture)));
            last.Flush(flushToDisk: true);
            var path = PathOf(folder, name);
            using (var stream = new FileStream(path + ".partial", FileMode.Create, FileAccess.Write))
            {
                corpus.Save(stream);
            }

            File.Move(path + ".partial", path);
            return corpus;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException or InvalidDataException)
        {
            throw new UnusableInputException($"corpus {name}: {fault.Message}");
        }
    }

    /// <summary>Takes a corpus away.</summary>
    /// <returns>Whether it was there.</returns>
    public static bool Remove(string folder, string name)
    {
        var there = IsName(name) && File.Exists(PathOf(folder, name));
        if (there)
        {
            File.Delete(PathOf(folder, name));
        }

        return there;
    }

    private static string PathOf(string folder, string name) => Path.Combine(folder, name + Ending);

    private static Corpus LoadFile(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Corpus.Load(stream);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UnusableInputException($"the corpus {path} cannot be read: {fault.Message}; take it away and add it again");
        }
    }
}
