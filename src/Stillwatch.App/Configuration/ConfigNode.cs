using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Stillwatch.App.Configuration;

/// <summary>
/// A place in the configuration, of which each value is taken once and by name: what is left over at the end is a field that nobody knows.
/// A fault names the file and the line, or the variable or flag that the value came from, and the field; reading goes on with the default,
/// so that all faults are told at once.
/// </summary>
internal sealed class ConfigNode
{
    private readonly Origin _origin;
    private readonly YamlNode? _node;
    private readonly Dictionary<string, ConfigNode> _known = new(StringComparer.Ordinal);
    private readonly List<ConfigNode> _items = [];

    private ConfigNode(Origin origin, string path, YamlNode? node)
    {
        _origin = origin;
        Path = path;
        _node = node is YamlScalarNode { Value: null or "" or "null" or "~" } ? null : node;
    }

    /// <summary>Where all values come from, and what is wrong with them.</summary>
    /// <param name="File">The file.</param>
    /// <param name="Sources">By path, what an override came from.</param>
    /// <param name="Faults">What is wrong.</param>
    private sealed record Origin(string File, IReadOnlyDictionary<string, string> Sources, ConfigFaults Faults);

    /// <summary>Its place, such as <c>gateway.port</c>.</summary>
    public string Path { get; }

    /// <summary>Whether something stands there.</summary>
    public bool Exists => _node != null;

    /// <summary>Reads YAML, of which JSON is a part, and puts the overrides over it.</summary>
    /// <param name="file">The file's name; null for none.</param>
    /// <param name="overrides">Values that go before the file's; of several for one path the last counts.</param>
    /// <exception cref="UnusableInputException">The file cannot be read.</exception>
    public static ConfigNode Read(string? file, IEnumerable<ConfigOverride> overrides)
    {
        YamlNode root = new YamlMappingNode();
        var faults = new ConfigFaults();
        if (file != null)
        {
            try
            {
                using var text = new StreamReader(file);
                root = Load(file, text);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new UnusableInputException($"{file}: {Readable.Why(file, fault)}");
            }
        }

        if (root is not YamlMappingNode)
        {
            throw new UnusableInputException($"{file}:{root.Start.Line}: is no group of fields such as 'gateway:' with its fields below");
        }

        var sources = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var one in overrides)
        {
            Set(root, one.Path.Split('.'), one.Value);
            sources[one.Path] = one.Source;
        }

        return new ConfigNode(new(file ?? "the configuration", sources, faults), "", root);
    }

    /// <summary>Reads YAML from <paramref name="text"/>.</summary>
    /// <param name="name">What faults call it.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="UnusableInputException">It is no YAML.</exception>
    public static ConfigNode Read(string name, TextReader text) =>
        new(new(name, new Dictionary<string, string>(StringComparer.Ordinal), new()), "", Load(name, text));

    private static YamlNode Load(string name, TextReader text)
    {
        var all = text.ReadToEnd();
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(all));
            return stream.Documents.Count == 0 ? new YamlMappingNode() : stream.Documents[0].RootNode;
        }
        catch (YamlException fault)
        {
            // A tab in an indentation is found by its consequences, lines later.
            var tab =
                Array.FindIndex(all.Split('\n'), line => line[..^line.TrimStart().Length].Contains('\t', StringComparison.Ordinal)) + 1;
            throw new UnusableInputException(
                tab > 0
                    ? $"{name}:{tab}: the line is indented with a tab: YAML takes spaces"
                    : $"{name}:{fault.Start.Line}: {fault.InnerException?.Message ?? fault.Message}"
            );
        }
    }

    /// <summary>The place <paramref name="name"/> below this one.</summary>
    public ConfigNode this[string name]
    {
        get
        {
            if (_node is not (null or YamlMappingNode))
            {
                Wrong("is not a group of fields");
            }

            if (_known.TryGetValue(name, out var child))
            {
                return child;
            }

            child = new ConfigNode(
                _origin,
                Path.Length == 0 ? name : $"{Path}.{name}",
                _node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(name), out var found) ? found : null
            );
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

        if (_node is not YamlSequenceNode list)
        {
            Wrong("is not a list");
            return [];
        }

        var items = list.Children.Select((item, i) => new ConfigNode(_origin, $"{Path}[{i}]", item)).ToList();
        _items.AddRange(items);
        return items;
    }

    /// <summary>The fields of a group whose names are free.</summary>
    public IReadOnlyList<(string Name, ConfigNode Node)> Fields()
    {
        if (_node is not (null or YamlMappingNode))
        {
            Wrong("is not a group of fields");
        }

        return _node is YamlMappingNode map
            ? [.. map.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value!).Select(name => (name, this[name]))]
            : [];
    }

    /// <summary>The text; null where it is absent.</summary>
    public string? Text()
    {
        if (_node is not (null or YamlScalarNode))
        {
            Wrong("is not a single value");
        }

        return (_node as YamlScalarNode)?.Value;
    }

    /// <summary>The whole number within bounds, or <paramref name="otherwise"/>.</summary>
    public long Whole(long otherwise, long least, long most)
    {
        if (Text() is not { } text)
        {
            return otherwise;
        }

        return
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= least
            && value <= most
            ? value
            : Wrong($"is '{text}' and must be a whole number from {least} to {most}", otherwise);
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
            : Wrong($"is '{text}' and must be a number from {least} to {most}", otherwise);
    }

    /// <summary>Yes or no, or <paramref name="otherwise"/>.</summary>
    public bool Flag(bool otherwise) =>
        Text() switch
        {
            null => otherwise,
            "true" or "yes" or "on" => true,
            "false" or "no" or "off" => false,
            { } text => Wrong($"is '{text}' and must be true or false", otherwise),
        };

    /// <summary>One of the words of <typeparamref name="TChoice"/>, written with hyphens, or <paramref name="otherwise"/>.</summary>
    public TChoice Choice<TChoice>(TChoice otherwise)
        where TChoice : struct, Enum
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

        return Wrong($"is '{text}' and must be one of: {string.Join(", ", Enum.GetNames<TChoice>().Select(Words))}", otherwise);
    }

    /// <summary>Notes a fault of this place.</summary>
    /// <param name="what">What is wrong, as what follows the field's name.</param>
    public void Wrong(string what) => _origin.Faults.Add($"{Place(Path, _node)}: {(Path.Length == 0 ? "it" : Path)} {what}");

    /// <summary>Notes a fault of this place, and goes on with <paramref name="otherwise"/>.</summary>
    public TValue Wrong<TValue>(string what, TValue otherwise)
    {
        Wrong(what);
        return otherwise;
    }

    /// <summary>Makes sure that nothing is there that nobody asked for, and that nothing was wrong.</summary>
    /// <exception cref="UnusableInputException">Something was: a line for each fault.</exception>
    public void NothingElse()
    {
        Unknown();
        _origin.Faults.ThrowIfAny();
    }

    private void Unknown()
    {
        if (_node is YamlMappingNode map)
        {
            foreach (var key in map.Children.Keys)
            {
                var name = (key as YamlScalarNode)?.Value ?? "?";
                if (!_known.ContainsKey(name))
                {
                    var nearest = _known.Keys.OrderBy(known => Distance(known, name)).FirstOrDefault();
                    var hint =
                        nearest != null && Distance(nearest, name) <= 2 ? $"did you mean '{nearest}'?"
                        : _known.Count == 0 ? "nothing is expected here"
                        : $"known here: {string.Join(", ", _known.Keys.Order(StringComparer.Ordinal))}";
                    var path = Path.Length == 0 ? name : $"{Path}.{name}";
                    _origin.Faults.Add($"{Place(path, key)}: {path} is no field; {hint}");
                }
            }
        }

        foreach (var child in _known.Values.Concat(_items))
        {
            child.Unknown();
        }
    }

    /// <summary>Where a value comes from: the variable or flag that set it, or one below it, else the file and line.</summary>
    private string Place(string path, YamlNode? node)
    {
        if (_origin.Sources.TryGetValue(path, out var own))
        {
            return own;
        }

        var isOfFile = node is { Start.Line: > 0 } && node.Start.Index + node.End.Index > 0;
        return isOfFile
            ? $"{_origin.File}:{node!.Start.Line}"
            : _origin
                .Sources.Where(one => one.Key.StartsWith(path + ".", StringComparison.Ordinal))
                .Select(one => one.Value)
                .FirstOrDefault(_origin.File);
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

    private static string Words(string name) =>
        string.Concat(
            name.Select((letter, i) => char.IsUpper(letter) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(letter) : letter.ToString())
        );

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
