using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Tokenizers;
using Stillwatch.Range.House.Files;

namespace Stillwatch.Range.House.Tokens;

/// <summary>
/// The house model's tokenizer: byte-level byte pairs, so that any text can be read, and <see cref="Special"/> tokens that no text makes.
/// Thread-safe.
/// </summary>
internal sealed class HouseTokenizer
{
    private readonly BpeTokenizer _pairs;
    private readonly byte[][] _bytes;
    private readonly IReadOnlyList<(string Left, string Right)> _merges;

    private HouseTokenizer(IReadOnlyList<(string Left, string Right)> merges)
    {
        _merges = merges;
        string[] texts =
        [
            .. Enumerable.Range(0, 256).Select(value => ByteLetters.Of((byte)value).ToString()),
            .. merges.Select(merge => merge.Left + merge.Right),
        ];
        _bytes = [.. Special.Names.Select(_ => Array.Empty<byte>()), .. texts.Select(ByteLetters.BytesOf)];
        _pairs = BpeTokenizer.Create(
            new BpeOptions(texts.Select((text, i) => KeyValuePair.Create(text, i + Special.Names.Count)))
            {
                Merges = merges.Select(merge => $"{merge.Left} {merge.Right}"),
                ByteLevel = true,
                PreTokenizer = new RegexPreTokenizer(Pieces.Regex, null),
            }
        );
    }

    /// <summary>How many tokens there are.</summary>
    public int Size => _bytes.Length;

    /// <summary>Makes one for <paramref name="texts"/>.</summary>
    /// <param name="texts">What will be read.</param>
    /// <param name="size">How many tokens there shall be at the most.</param>
    public static HouseTokenizer Train(IEnumerable<string> texts, int size) =>
        new(BytePairTrainer.Train(texts, size - Special.Names.Count));

    /// <summary>
    /// The tokens of what somebody says; what looks like a special token in it is text. Words have the space before them, so that the first
    /// has one too: a word is the same token wherever it stands.
    /// </summary>
    public IReadOnlyList<int> Encode(string text) => _pairs.EncodeToIds(text.Length > 0 && char.IsLetter(text[0]) ? " " + text : text);

    /// <summary>The bytes of a token; none of a special one. A character of several bytes may be cut.</summary>
    public ReadOnlySpan<byte> BytesOf(int token) => _bytes[token];

    /// <summary>The token of these bytes; −1 where there is none.</summary>
    public int Find(byte[] bytes) => Array.FindIndex(_bytes, one => one.Length > 0 && one.AsSpan().SequenceEqual(bytes));

    /// <summary>The text of <paramref name="tokens"/>, which somebody says; special ones are left out.</summary>
    public string Decode(IEnumerable<int> tokens)
    {
        using var bytes = new MemoryStream();
        foreach (var token in tokens)
        {
            bytes.Write(_bytes[token]);
        }

        var text = Encoding.UTF8.GetString(bytes.ToArray());
        return text.StartsWith(' ') ? text[1..] : text;
    }

    /// <summary>Writes it as JSON, in the form of common tokenizer files.</summary>
    public void Save(string path)
    {
        var vocabulary = new JsonObject();
        for (var token = Special.Names.Count; token < Size; token++)
        {
            vocabulary[string.Concat(_bytes[token].Select(ByteLetters.Of))] = token;
        }

        WholeFile.Write(
            path,
            new JsonObject
            {
                ["version"] = "1.0",
                ["added_tokens"] = new JsonArray([
                    .. Special.Names.Select(
                        (name, id) =>
                            new JsonObject
                            {
                                ["id"] = id,
                                ["content"] = name,
                                ["special"] = true,
                            }
                    ),
                ]),
                ["pre_tokenizer"] = new JsonObject { ["type"] = "Split", ["pattern"] = Pieces.Regex.ToString() },
                ["model"] = new JsonObject
                {
                    ["type"] = "BPE",
                    ["vocab"] = vocabulary,
                    ["merges"] = new JsonArray([.. _merges.Select(merge => (JsonNode)$"{merge.Left} {merge.Right}")]),
                },
            }.ToJsonString()
        );
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static HouseTokenizer Load(string path)
    {
        try
        {
            using var file = JsonDocument.Parse(File.ReadAllBytes(path));
            return new([
                .. file
                    .RootElement.GetProperty("model")
                    .GetProperty("merges")
                    .EnumerateArray()
                    .Select(merge => merge.GetString()!.Split(' '))
                    .Select(parts => (parts[0], parts[1])),
            ]);
        }
        catch (Exception fault)
            when (fault is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new InvalidDataException(
                $"{path}: this is no tokenizer of a house model ({fault.Message}); remove its folder, and it is made again",
                fault
            );
        }
    }
}
