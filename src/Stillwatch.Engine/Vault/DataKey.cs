using System.Security.Cryptography;

namespace Stillwatch.Engine.Vault;

/// <summary>
/// The key under which the text of one account, or of one of its end users, of one day is encrypted: AES-256-GCM. Safe for use from many
/// threads.
/// </summary>
internal sealed class DataKey : IDisposable
{
    /// <summary>Bytes that sealing adds: nonce and tag.</summary>
    public const int Overhead = NonceBytes + TagBytes;

    private const int NonceBytes = 12,
        TagBytes = 16;

    // A cipher serves one thread at a time: whoever finds none to spare makes one, and none waits for another, the watch's thread of low
    // priority least of all.
    private readonly byte[] _key;
    private readonly byte[] _prefix = RandomNumberGenerator.GetBytes(6);
    private readonly Lock _wiping = new();
    private AesGcm? _spare;
    private bool _gone;
    private long _count;

    /// <summary>Takes the key's bytes.</summary>
    public DataKey(long id, ReadOnlySpan<byte> key)
    {
        Id = id;
        _key = key.ToArray();
    }

    /// <summary>Its public number, written beside what it sealed.</summary>
    public long Id { get; }

    /// <summary>Seals <paramref name="text"/> into nonce, ciphertext and tag.</summary>
    /// <param name="text">What is sealed.</param>
    /// <param name="context">What it belongs to: it opens only with the same.</param>
    /// <param name="output">Room for <see cref="Overhead"/> bytes more than the text.</param>
    public void Seal(ReadOnlySpan<byte> text, ReadOnlySpan<byte> context, Span<byte> output)
    {
        // Six random bytes a process and key, six that count: no nonce is used twice under one key.
        var nonce = output[..NonceBytes];
        _prefix.CopyTo(nonce);
        var count = Interlocked.Increment(ref _count);
        for (var i = 6; i < NonceBytes; i++)
        {
            nonce[i] = (byte)count;
            count >>= 8;
        }

        var cipher = Take();
        cipher.Encrypt(nonce, text, output.Slice(NonceBytes, text.Length), output.Slice(NonceBytes + text.Length, TagBytes), context);
        Give(cipher);
    }

    /// <summary>Opens what <see cref="Seal"/> made.</summary>
    /// <exception cref="CryptographicException">It was changed, or belongs to something else.</exception>
    public byte[] Open(ReadOnlySpan<byte> sealedText, ReadOnlySpan<byte> context)
    {
        var text = new byte[TextLength(sealedText)];
        Open(sealedText, context, text);
        return text;
    }

    /// <summary>Opens what <see cref="Seal"/> made into <paramref name="text"/>, which has <see cref="TextLength"/> bytes.</summary>
    /// <exception cref="CryptographicException">It was changed, or belongs to something else.</exception>
    public void Open(ReadOnlySpan<byte> sealedText, ReadOnlySpan<byte> context, Span<byte> text)
    {
        var cipher = Take();
        try
        {
            cipher.Decrypt(sealedText[..NonceBytes], sealedText[NonceBytes..^TagBytes], sealedText[^TagBytes..], text, context);
        }
        finally
        {
            Give(cipher);
        }
    }

    /// <summary>Bytes of what was sealed.</summary>
    /// <exception cref="CryptographicException">It is no sealed value.</exception>
    public static int TextLength(ReadOnlySpan<byte> sealedText) =>
        sealedText.Length < Overhead ? throw new CryptographicException("a sealed value is too short") : sealedText.Length - Overhead;

    /// <summary>Whether it was wiped: it seals and opens nothing any more.</summary>
    public bool IsDestroyed => Volatile.Read(ref _gone);

    /// <summary>Wipes it.</summary>
    public void Dispose()
    {
        lock (_wiping)
        {
            Volatile.Write(ref _gone, true);
            CryptographicOperations.ZeroMemory(_key);
        }

        Interlocked.Exchange(ref _spare, null)?.Dispose();
    }

    private AesGcm Take()
    {
        if (Interlocked.Exchange(ref _spare, null) is { } spare)
        {
            return spare;
        }

        lock (_wiping)
        {
            // Never of a key that is being wiped: it would seal under zeros.
            return _gone ? throw new ObjectDisposedException(nameof(DataKey)) : new AesGcm(_key, TagBytes);
        }
    }

    private void Give(AesGcm cipher)
    {
        if (Interlocked.CompareExchange(ref _spare, cipher, null) != null || Volatile.Read(ref _gone))
        {
            cipher.Dispose();
        }
    }
}
