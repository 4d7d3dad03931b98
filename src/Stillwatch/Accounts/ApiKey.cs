using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace Stillwatch.Accounts;

/// <summary>
/// The form of an API key: <c>swk_ENV_KEYID_SECRET_CHECK</c>. The prefix and the checksum let a secret scanner find a leaked key and a
/// gateway refuse a mistyped one without looking anything up. The key id (8 characters) is public; the secret is 32 random bytes in 43
/// base-62 digits; the checksum is CRC-32 of all before it in 6 base-62 digits. Of a key only HMAC-SHA-256 under the deployment's pepper is
/// ever stored.
/// </summary>
public static class ApiKey
{
    /// <summary>Characters of a key id.</summary>
    public const int IdLength = 8;

    /// <summary>Bytes of the stored hash.</summary>
    public const int HashLength = 32;

    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int SecretLength = 43,
        CheckLength = 6,
        MostLength = 96;
    private const string Prefix = "swk_";

    /// <summary>Makes a key; it is known to the caller alone.</summary>
    /// <param name="environment">Letters and digits that say where it is valid, such as <c>live</c>.</param>
    /// <param name="id">Its public id.</param>
    public static string Make(string environment, out string id)
    {
        if (environment.Length is 0 or > 16 || !environment.All(char.IsAsciiLetterOrDigit))
        {
            throw new ArgumentException("an environment is 1 to 16 letters and digits", nameof(environment));
        }

        id = RandomDigits(IdLength);
        var body = $"{Prefix}{environment}_{id}_{RandomDigits(SecretLength)}";
        return $"{body}_{Check(body)}";
    }

    /// <summary>Reads the public id of a well-formed key.</summary>
    /// <param name="token">What the client sent.</param>
    /// <param name="id">The id, its eight ASCII characters packed into a number.</param>
    /// <returns>False where the form or the checksum is wrong.</returns>
    public static bool TryParse(ReadOnlySpan<char> token, out ulong id)
    {
        id = 0;
        if (token.Length > MostLength || !token.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = token[Prefix.Length..];
        var environment = rest.IndexOf('_');
        if (
            environment is < 1 or > 16
            || rest.Length != environment + 1 + IdLength + 1 + SecretLength + 1 + CheckLength
            || rest[environment + 1 + IdLength] != '_'
            || rest[^(CheckLength + 1)] != '_'
        )
        {
            return false;
        }

        Span<byte> ascii = stackalloc byte[MostLength];
        if (Encoding.ASCII.GetBytes(token, ascii) != token.Length)
        {
            return false;
        }

        Span<char> check = stackalloc char[CheckLength];
        Check(ascii[..(token.Length - CheckLength - 1)], check);
        if (!token[^CheckLength..].SequenceEqual(check))
        {
            return false;
        }

        id = Pack(rest.Slice(environment + 1, IdLength));
        return true;
    }

    /// <summary>The public id within something of a key's form, whether or not its checksum is right; null where there is none.</summary>
    public static string? IdOf(string token) =>
        token.Split('_') is [_, _, { Length: IdLength } id, ..] && id.All(char.IsAsciiLetterOrDigit) ? id : null;

    /// <summary>Packs a key id into a number.</summary>
    public static ulong Pack(ReadOnlySpan<char> id)
    {
        var packed = 0UL;
        foreach (var letter in id)
        {
            packed = packed << 8 | (byte)letter;
        }

        return packed;
    }

    /// <summary>What is stored of a key: HMAC-SHA-256 under <paramref name="pepper"/>.</summary>
    public static void Hash(ReadOnlySpan<byte> pepper, ReadOnlySpan<char> token, Span<byte> hash)
    {
        Span<byte> utf8 = stackalloc byte[MostLength];
        var length = Math.Min(token.Length, MostLength);
        for (var i = 0; i < length; i++)
        {
            utf8[i] = (byte)token[i];
        }

        HMACSHA256.HashData(pepper, utf8[..length], hash);
        CryptographicOperations.ZeroMemory(utf8);
    }

    private static string RandomDigits(int count) => RandomNumberGenerator.GetString(Digits, count);

    private static string Check(string body)
    {
        Span<char> check = stackalloc char[CheckLength];
        Check(Encoding.ASCII.GetBytes(body), check);
        return new string(check);
    }

    private static void Check(ReadOnlySpan<byte> body, Span<char> check)
    {
        var crc = Crc32.HashToUInt32(body);
        for (var i = CheckLength - 1; i >= 0; i--)
        {
            check[i] = Digits[(int)(crc % 62)];
            crc /= 62;
        }
    }
}
