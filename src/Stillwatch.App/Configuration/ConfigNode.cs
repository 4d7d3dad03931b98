using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Stillwatch.App.Configuration;

/// <summary>
/// A place in the configuration, of which each value is taken once and by name: what is left over at the end is a field that nobody knows. Every fault
/// names the file, the line and the field.
/// </summary>
internal sealed class ConfigNode
{
    private readonly string _file;
    private readonly YamlNode? _node;
    private readonly Dictionary<string, ConfigNode> _known = new(StringComparer.Ordinal);
    private readonly List<ConfigNode> _items = [];

    private ConfigNode(string file, string path, YamlNode? node)
    {
        _file = file;
        Path = path;
        _node = node is YamlScalarNode { Value: null or "" or "null" or "~" } ? null : node;
    }

    /// <summary>Its place, such as <c>gateway.port</c>.</summary>
    public string Path { get; }

    /// <summary>Whether something stands there.</summary>
    public bool Exists => _node != null;

    /// <summary>Reads YAML, of which JSON is a part, and puts the overrides over it.</summary>
    /// <param name="file">The file's name; null for none.</param>
    /// <param name="overrides">Values by their path; they go before the file's.</param>
    /// <exception cref="UnusableInputException">The file cannot be read.</exception>
    public static ConfigNode Read(string? file, IEnumerable<(string Path, string Value)> overrides)
    {
        YamlNode root = new YamlMappingNode();
        if (file != null)
        {
            try
            {
                using var text = new StreamReader(file);
                root = Load(file, text);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new UnusableInputException($"{file}: cannot be read ({fault.Message})");
            }
        }

        foreach (var (path, value) in overrides)
        {
            Set(root, path.Split('.'), value);
        }

        return new ConfigNode(file ?? "(flags and environment)", "", root);
    }

    /// <summary>Reads YAML from <paramref name="text"/>.</summary>
    /// <param name="name">What faults call it.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="UnusableInputException">It is no YAML.</exception>
    public static ConfigNode Read(string name, TextReader text) => new(name, "", Load(name, text));

    private static YamlNode Load(string name, TextReader text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(text);
            return stream.Documents.Count == 0 ? new YamlMappingNode() : stream.Documents[0].RootNode;
        }
        catch (YamlException fault)
        {
            throw new UnusableInputException($"{name}:{fault.Start.Line}: {fault.InnerException?.Message ?? fault.Message}");
        }
    }

    /// <summary>The place <paramref name="name"/> below this one.</summary>
    public ConfigNode this[string name]
    {
        get
        {
            if (_node is not (null or YamlMappingNode))
            {
                throw Wrong("is not a group of fields");
            }

            if (_known.TryGetValue(name, out var child))
            {
                return child;
            }

            child = new ConfigNode(_file, Path.Length == 0 ? name : $"{Path}.{name}", _node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(name), out var found) ? found : null);
            return _known[name] = child;
        }
    }

    /// <summary>The items of a list; none where it is absent.</summary>
    public IReadOnlyList<ConfigNode> Items()
    {
        if (_node == null)
        {
            return [];
        }

        var list = _node as YamlSequenceNode ?? throw Wrong("is not a list");
        var items = list.Children.Select((item, i) => new ConfigNode(_file, $"{Path}[{i}]", item)).ToList();
        _items.AddRange(items);
        return items;
    }

    /// <summary>The fields of a group whose names are free.</summary>
    public IReadOnlyList<(string Name, ConfigNode Node)> Fields() =>
        _node switch
        {
            null => [],
            YamlMappingNode map => [.. map.Children.Keys.Select(key => ((YamlScalarNode)key).Value!).Select(name => (name, this[name]))],
            _ => throw Wrong("is not a group of fields"),
        };

    /// <summary>The text; null where it is absent.</summary>
    public string? Text() => _node switch
    {
        null => null,
        YamlScalarNode scalar => scalar.Value,
        _ => throw Wrong("is not a single value"),
    };

    /// <summary>The whole number within bounds, or <paramref name="otherwise"/>.</summary>
    public long Whole(long otherwise, long least, long most)
    {
        if (Text() is not { } text)
        {
            return otherwise;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw Wrong($"is '{text}' and must be a whole number from {least} to {most}");
    }

    /// <summary>The number within bounds, or <paramref name="otherwise"/>.</summary>
    public double Number(double otherwise, double least, double most)
    {
        if (Text() is not { } text)
        {
            return otherwise;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw Wrong($"is '{text}' and must be a number from {least} to {most}");
    }

    /// <summary>Yes or no, or <paramref name="otherwise"/>.</summary>
    public bool Flag(bool otherwise) => Text() switch
    {
        null => otherwise,
        "true" or "yes" or "on" => true,
        "false" or "no" or "off" => false,
        { } text => throw Wrong($"is '{text}' and must be true or false"),
    };

    /// <summary>One of the words of <typeparamref name="TChoice"/>, written with hyphens, or <paramref name="otherwise"/>.</summary>
    public TChoice Choice<TChoice>(TChoice otherwise) where TChoice : struct, Enum
    {
        if (Text() is not { } text)
        {
            return otherwise;
        }

        foreach (var choice in Enum.GetValues<TChoice>())
        {
            if (Words(choice.ToString()) == text)
            {
                return choice;
            }
        }

        throw Wrong($"is '{text}' and must be one of: {string.Join(", ", Enum.GetNames<TChoice>().Select(Words))}");
    }

    /// <summary>A fault of this place.</summary>
    public UnusableInputException Wrong(string what) => new($"{_file}{(_node == null || _node.Start.Line == 0 ? "" : $":{_node.Start.Line}")}: {Path} {what}");

    /// <summary>Makes sure that nothing is there that nobody asked for.</summary>
    public void NothingElse()
    {
        if (_node is YamlMappingNode map)
        {
            foreach (var key in map.Children.Keys)
            {
                var name = (key as YamlScalarNode)?.Value ?? "?";
                if (!_known.ContainsKey(name))
                {
                    var nearest = _known.Keys.OrderBy(known => Distance(known, name)).FirstOrDefault();
                    var hint = nearest != null && Distance(nearest, name) <= 2 ? $"did you mean '{nearest}'?" : _known.Count == 0 ? "nothing is expected here" : $"known here: {string.Join(", ", _known.Keys.Order(StringComparer.Ordinal))}";
                    throw new UnusableInputException($"{_file}:{key.Start.Line}: {(Path.Length == 0 ? name : $"{Path}.{name}")} is no field; {hint}");
                }
            }
        }

        foreach (var child in _known.Values.Concat(_items))
        {
            child.NothingElse();
        }
    }

    private static void Set(YamlNode root, ReadOnlySpan<string> path, string value)
    {
        var map = (YamlMappingNode)root;
        var key = new YamlScalarNode(path[0]);
        if (path.Length == 1)
        {
            map.Children[key] = new YamlScalarNode(value);
            return;
        }

        if (!map.Children.TryGetValue(key, out var there) || there is not YamlMappingNode)
        {
            map.Children[key] = new YamlMappingNode();
        }

        Set(map.Children[key], path[1..], value);
    }

    private static string Words(string name) => string.Concat(name.Select((letter, i) => char.IsUpper(letter) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(letter) : letter.ToString()));

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var corner = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                (corner, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), corner + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
        }

        return row[b.Length];
    }
}
