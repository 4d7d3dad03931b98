namespace Stillwatch.Range.House.Tokens;

/// <summary>
/// Bytes as letters that can be seen, as byte-level tokenizers write them (Radford et al., "Language models are unsupervised multitask
/// learners", 2019, section 2.2).
/// </summary>
internal static class ByteLetters
{
    private static readonly char[] Letters = Make();
    private static readonly Dictionary<char, byte> Bytes = Letters
        .Select((letter, value) => (letter, value))
        .ToDictionary(pair => pair.letter, pair => (byte)pair.value);

    /// <summary>The letter of a byte.</summary>
    public static char Of(byte value) => Letters[value];

    /// <summary>The bytes that <paramref name="letters"/> stand for.</summary>
    public static byte[] BytesOf(string letters) => [.. letters.Select(letter => Bytes[letter])];

    private static char[] Make()
    {
        var letters = new char[256];
        var next = 256;
        for (var value = 0; value < 256; value++)
        {
            letters[value] = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)value : (char)next++;
        }

        return letters;
    }
}
