using System.Text;

namespace Stillwatch.Range.Texts;

/// <summary>Text as it grows, in UTF-8, in a buffer that is used again and again.</summary>
internal sealed class Utf8Text
{
    private byte[] _bytes = new byte[4096];

    /// <summary>How many bytes there are.</summary>
    public int Length { get; private set; }

    /// <summary>All of it.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    /// <summary>All of it, for writing over.</summary>
    public Span<byte> Writable => _bytes.AsSpan(0, Length);

    /// <summary>Forgets all from <paramref name="length"/> on.</summary>
    public void Cut(int length = 0) => Length = length;

    /// <summary>Adds text.</summary>
    public Utf8Text Add(string text)
    {
        Room(text.Length * 3);
        Length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(Length));
        return this;
    }

    /// <summary>Adds bytes.</summary>
    public Utf8Text Add(ReadOnlySpan<byte> text)
    {
        Room(text.Length);
        text.CopyTo(_bytes.AsSpan(Length));
        Length += text.Length;
        return this;
    }

    /// <summary>Adds a whole number.</summary>
    public Utf8Text Add(long number)
    {
        Room(20);
        number.TryFormat(_bytes.AsSpan(Length), out var written, provider: null);
        Length += written;
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Span);

    private void Room(int more)
    {
        if (Length + more > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + more));
        }
    }
}
