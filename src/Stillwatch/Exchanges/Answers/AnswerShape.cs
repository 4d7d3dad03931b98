using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Exchanges.Answers;

/// <summary>
/// What a value of an answer may look like, as data: the fields that are known, what each hands out, and how elements of a list are told
/// apart. One value may have several faces, as content that is a text or a list. What no shape names is unknown, and never passes a filter
/// (<see cref="AnswerFilter"/>): a field that a model server adds tomorrow is left out until somebody names it here. Immutable.
/// </summary>
internal sealed class AnswerShape
{
    private const int LongestName = 64;

    private FrozenDictionary<string, AnswerShape>? _fields;
    private FrozenDictionary<string, AnswerShape>? _types;

    private AnswerShape() { }

    /// <summary>A string, a number, true, false or null.</summary>
    public static AnswerShape Leaf { get; } = new() { IsScalar = true };

    /// <summary>A leaf that says where something belongs and is nothing by itself: ids, indexes, types.</summary>
    public static AnswerShape Frame { get; } = new() { IsScalar = true, IsFrame = true };

    /// <summary>The number of a content block, which is counted anew where blocks before it are left out.</summary>
    public static AnswerShape BlockIndex { get; } =
        new()
        {
            IsScalar = true,
            IsFrame = true,
            IsBlockIndex = true,
        };

    /// <summary>Why a text ended: where it is not null, nothing comes behind it.</summary>
    public static AnswerShape Ending { get; } = new() { IsScalar = true, EndsText = true };

    /// <summary>Some of a text that the model wrote; raw reasoning may stand at its beginning.</summary>
    public static AnswerShape Text { get; } = new() { IsScalar = true, IsText = true };

    /// <summary>All of a text, in a stream that gave it in pieces before.</summary>
    public static AnswerShape WholeText { get; } =
        new()
        {
            IsScalar = true,
            IsText = true,
            IsWhole = true,
        };

    /// <summary>Any JSON: what the customer or the customer's tool decides, such as arguments. Nothing is looked for in it.</summary>
    public static AnswerShape Any { get; } = new() { IsAny = true, IsScalar = true };

    /// <summary>An object with names that others choose, such as metadata, and leaves or lists of them.</summary>
    public static AnswerShape Map { get; } = new AnswerShape { Others = List(Leaf).Or(Leaf) }.WithFields([]);

    /// <summary>Leaves, or lists of them.</summary>
    public static AnswerShape Leaves { get; } = List(List(Leaf).Or(Leaf)).Or(Leaf);

    /// <summary>What it hands out: it passes where none of that is stripped.</summary>
    public Capability Carries { get; private init; }

    /// <summary>What stands in the place of what is stripped, as JSON; null to leave out the field with its name.</summary>
    public string? Instead { get; private init; }

    /// <summary>Whether a string, a number, true or false is taken; null always is.</summary>
    public bool IsScalar { get; private init; }

    /// <summary>Whether it says where something belongs and is nothing by itself.</summary>
    public bool IsFrame { get; private init; }

    /// <summary>Whether it is a text in which raw reasoning may stand.</summary>
    public bool IsText { get; private init; }

    /// <summary>Whether that text is whole.</summary>
    public bool IsWhole { get; private init; }

    /// <summary>Whether any JSON is taken.</summary>
    public bool IsAny { get; private init; }

    /// <summary>Whether it is the number of a content block.</summary>
    public bool IsBlockIndex { get; private init; }

    /// <summary>Whether the text of this place ends with it.</summary>
    public bool EndsText { get; private init; }

    /// <summary>Whether an object from which something was taken, and which says nothing more, is left out whole.</summary>
    public bool MayBeLeftOut { get; private init; }

    /// <summary>Fields whose values tell the texts of an answer apart, such as the number of a choice.</summary>
    public IReadOnlyList<byte[]> Places { get; private init; } = [];

    /// <summary>The elements of a list; null where a list is not taken.</summary>
    public AnswerShape? Items { get; private init; }

    /// <summary>The field that tells kinds of an object apart; null where there are none.</summary>
    public byte[]? Mark { get; private init; }

    /// <summary>The fields of an object; empty where none is taken.</summary>
    public IReadOnlyDictionary<string, AnswerShape> Fields => _fields ?? FrozenDictionary<string, AnswerShape>.Empty;

    /// <summary>The kinds of an object by their marks; "" is one without a mark.</summary>
    public IReadOnlyDictionary<string, AnswerShape> Types => _types ?? FrozenDictionary<string, AnswerShape>.Empty;

    /// <summary>What fields of other names are; null where they are not taken.</summary>
    public AnswerShape? Others { get; private init; }

    /// <summary>Whether an object with known fields is taken.</summary>
    public bool IsObject => _fields != null;

    /// <summary>An object. Names are divided by blanks; of a name that stands twice the last counts.</summary>
    public static AnswerShape Object(params ReadOnlySpan<(string Names, AnswerShape Shape)> fields)
    {
        var all = new Dictionary<string, AnswerShape>(StringComparer.Ordinal);
        foreach (var (names, shape) in fields)
        {
            foreach (var name in names.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                all[name] = shape;
            }
        }

        return new AnswerShape().WithFields(all);
    }

    /// <summary>A list.</summary>
    public static AnswerShape List(AnswerShape items) => new() { Items = items };

    /// <summary>Objects that their <c>type</c> tells apart; types are divided by blanks.</summary>
    public static AnswerShape ByType(params ReadOnlySpan<(string Types, AnswerShape Shape)> types) => By("type", types);

    /// <summary>Objects that a field tells apart, by its text; one that is true, or anything but a text, has the mark "true".</summary>
    public static AnswerShape By(string mark, params ReadOnlySpan<(string Types, AnswerShape Shape)> types)
    {
        var all = new Dictionary<string, AnswerShape>(StringComparer.Ordinal);
        foreach (var (names, shape) in types)
        {
            foreach (var name in names.Length == 0 ? [""] : names.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                all[name] = shape;
            }
        }

        return new AnswerShape { Mark = Encoding.ASCII.GetBytes(mark), _types = all.ToFrozenDictionary(StringComparer.Ordinal) };
    }

    /// <summary>The same, handing something out.</summary>
    /// <param name="carries">What: it is stripped where any of it is.</param>
    /// <param name="instead">What stands in its place then; null to leave it out.</param>
    public AnswerShape Of(Capability carries, string? instead = null) => Copy(carries, instead, MayBeLeftOut, EndsText, Places);

    /// <summary>The same, left out whole where what is left says nothing.</summary>
    public AnswerShape OrNothing() => Copy(Carries, Instead, mayBeLeftOut: true, EndsText, Places);

    /// <summary>The same, with which the text of its place ends.</summary>
    public AnswerShape ThenEnds() => Copy(Carries, Instead, MayBeLeftOut, endsText: true, Places);

    /// <summary>The same, with fields whose values tell its texts apart.</summary>
    public AnswerShape At(params string[] places) =>
        Copy(Carries, Instead, MayBeLeftOut, EndsText, [.. places.Select(Encoding.ASCII.GetBytes)]);

    /// <summary>This or another: an object, a list or a scalar, each at most once.</summary>
    public AnswerShape Or(AnswerShape other) =>
        new()
        {
            Carries = Carries | other.Carries,
            Instead = Instead ?? other.Instead,
            IsScalar = IsScalar || other.IsScalar,
            IsFrame = IsFrame && other.IsFrame,
            IsText = IsText || other.IsText,
            IsWhole = IsWhole || other.IsWhole,
            IsAny = IsAny || other.IsAny,
            Items = Items ?? other.Items,
            Mark = Mark ?? other.Mark,
            Places = Places.Count > 0 ? Places : other.Places,
            Others = Others ?? other.Others,
            _fields = _fields ?? other._fields,
            _types = _types ?? other._types,
        };

    /// <summary>An object with further fields.</summary>
    public AnswerShape With(params ReadOnlySpan<(string Names, AnswerShape Shape)> fields)
    {
        var all = new Dictionary<string, AnswerShape>(Fields, StringComparer.Ordinal);
        foreach (var (name, shape) in Object(fields).Fields)
        {
            all[name] = shape;
        }

        return Copy(Carries, Instead, MayBeLeftOut, EndsText, Places).WithFields(all);
    }

    /// <summary>The field that <paramref name="reader"/> stands on, its escapes undone, in exactly its letters; null for none.</summary>
    public AnswerShape? Find(ref Utf8JsonReader reader) => Find(_fields, ref reader) ?? Others;

    /// <summary>The kind of an object whose mark <paramref name="reader"/> stands on; null for an unknown.</summary>
    public AnswerShape? Kind(ref Utf8JsonReader reader) => Find(_types, ref reader);

    private static AnswerShape? Find(FrozenDictionary<string, AnswerShape>? among, ref Utf8JsonReader reader)
    {
        var raw = reader.ValueSpan;
        if (among == null || raw.Length > 6 * LongestName)
        {
            return null;
        }

        return reader.ValueIsEscaped ? FindEscaped(among, raw) : FindPlain(among, raw);
    }

    private static AnswerShape? FindEscaped(FrozenDictionary<string, AnswerShape> among, ReadOnlySpan<byte> raw)
    {
        Span<byte> plain = stackalloc byte[6 * LongestName + 1];
        return FindPlain(among, plain[..JsonText.Unescape(raw, plain)]);
    }

    private static AnswerShape? FindPlain(FrozenDictionary<string, AnswerShape> among, ReadOnlySpan<byte> plain)
    {
        Span<char> name = stackalloc char[LongestName];
        if (plain.Length > name.Length)
        {
            return null; // no name is as long
        }

        for (var i = 0; i < plain.Length; i++)
        {
            name[i] = (char)plain[i]; // names are ASCII: any other byte makes a name that nobody knows
        }

        return among.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name[..plain.Length], out var shape) ? shape : null;
    }

    private AnswerShape WithFields(Dictionary<string, AnswerShape> fields)
    {
        _fields = fields.ToFrozenDictionary(StringComparer.Ordinal);
        return this;
    }

    private AnswerShape Copy(Capability carries, string? instead, bool mayBeLeftOut, bool endsText, IReadOnlyList<byte[]> places) =>
        new()
        {
            Carries = carries,
            Instead = instead,
            IsScalar = IsScalar,
            IsFrame = IsFrame,
            IsText = IsText,
            IsWhole = IsWhole,
            IsAny = IsAny,
            IsBlockIndex = IsBlockIndex,
            EndsText = endsText,
            MayBeLeftOut = mayBeLeftOut,
            Places = places,
            Items = Items,
            Mark = Mark,
            Others = Others,
            _fields = _fields,
            _types = _types,
        };
}
