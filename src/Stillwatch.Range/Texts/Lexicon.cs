using System.Collections.Frozen;

namespace Stillwatch.Range.Texts;

/// <summary>The words and sentence forms of one language, all of the project's own making. Immutable.</summary>
internal sealed class Lexicon
{
    private readonly FrozenDictionary<string, Template[]> _sections;

    private Lexicon(string code)
    {
        Code = code;
        Domains = [.. Lines(code + ".txt").Where(line => line[0] != '#').Select(Parse)];
        _sections = Sections(Lines($"phrases.{code}.txt")).ToFrozenDictionary(StringComparer.Ordinal);
        Names = Words("names");
        Cities = Words("cities");
        Companies = Words("companies");
        Months = Words("months");
        Codes = Words("codes");
    }

    /// <summary>English, the widest.</summary>
    public static Lexicon English { get; } = new("en");

    /// <summary>All languages.</summary>
    public static IReadOnlyList<Lexicon> All { get; } = [English, new("de"), new("fr"), new("es"), new("zh")];

    /// <summary>ISO 639-1.</summary>
    public string Code { get; }

    /// <summary>The fields that can be asked about.</summary>
    public IReadOnlyList<Domain> Domains { get; }

    public string[] Names { get; }

    public string[] Cities { get; }

    public string[] Companies { get; }

    public string[] Months { get; }

    public string[] Codes { get; }

    /// <summary>The sentence forms of a section; English ones where the language has none.</summary>
    public Template[] Forms(string section) => _sections.TryGetValue(section, out var forms) ? forms : English._sections[section];

    /// <summary>Whether words stand without spaces between them.</summary>
    public bool Unspaced => Code == "zh";

    private string[] Words(string section) =>
        _sections[section].SelectMany(form => form.Text.Split(';', StringSplitOptions.TrimEntries)).ToArray();

    private static Domain Parse(string line)
    {
        var name = line[..line.IndexOf(':', StringComparison.Ordinal)];
        var kinds = line[(name.Length + 1)..].Split(';').Select(kind => kind.Split(',', StringSplitOptions.TrimEntries)).ToArray();
        return new Domain(name, kinds[0], kinds[1], kinds[2]);
    }

    private static Dictionary<string, Template[]> Sections(IEnumerable<string> lines)
    {
        var sections = new Dictionary<string, List<Template>>(StringComparer.Ordinal);
        List<Template> open = [];
        foreach (var line in lines)
        {
            if (line[0] == '[')
            {
                sections[line.Trim('[', ']')] = open = [];
            }
            else
            {
                open.Add(new Template(line));
            }
        }

        return sections.ToDictionary(section => section.Key, section => section.Value.ToArray(), StringComparer.Ordinal);
    }

    private static IEnumerable<string> Lines(string name)
    {
        using var stream = typeof(Lexicon).Assembly.GetManifestResourceStream("stillwatch.lexicon." + name)!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0)
            {
                yield return line;
            }
        }
    }
}
