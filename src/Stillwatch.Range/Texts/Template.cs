using System.Text;

namespace Stillwatch.Range.Texts;

/// <summary>A sentence form: literal text and slots, as <c>Why is my {n} so {a}?</c>. Immutable.</summary>
internal sealed class Template
{
    private static readonly Dictionary<string, Slot> Slots = new(StringComparer.Ordinal)
    {
        ["n"] = Slot.Noun,
        ["n2"] = Slot.Noun2,
        ["n3"] = Slot.Noun3,
        ["a"] = Slot.Adjective,
        ["a2"] = Slot.Adjective2,
        ["v"] = Slot.Verb,
        ["x"] = Slot.Small,
        ["y"] = Slot.Other,
        ["big"] = Slot.Big,
        ["d"] = Slot.Domain,
        ["city"] = Slot.City,
        ["person"] = Slot.Person,
        ["company"] = Slot.Company,
        ["month"] = Slot.Month,
        ["code"] = Slot.Code,
        ["form"] = Slot.Form,
        ["audience"] = Slot.Audience,
        ["s"] = Slot.Sentence,
    };

    private readonly (byte[] Before, Slot Slot)[] _parts;
    private readonly byte[] _end;

    /// <summary>Cuts <paramref name="text"/> at its slots; braces that name no slot are text.</summary>
    public Template(string text)
    {
        Text = text;
        List<(byte[], Slot)> parts = [];
        var from = 0;
        for (var open = text.IndexOf('{', StringComparison.Ordinal); open >= 0; open = text.IndexOf('{', open + 1))
        {
            var close = text.IndexOf('}', open);
            if (close > 0 && Slots.TryGetValue(text[(open + 1)..close], out var slot))
            {
                parts.Add((Encoding.UTF8.GetBytes(text[from..open]), slot));
                from = close + 1;
            }
        }

        _parts = [.. parts];
        _end = Encoding.UTF8.GetBytes(text[from..]);
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Whether it has <paramref name="slot"/>.</summary>
    public bool Asks(Slot slot) => Array.Exists(_parts, part => part.Slot == slot);

    /// <summary>Writes it with its slots filled.</summary>
    public void Write(Filling filling, Utf8Text into)
    {
        foreach (var (before, slot) in _parts)
        {
            into.Add(before);
            filling.Fill(slot, into);
        }

        into.Add(_end);
    }
}
