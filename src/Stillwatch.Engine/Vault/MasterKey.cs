using System.Security.Cryptography;
using System.Text;

namespace Stillwatch.Engine.Vault;

/// <summary>
/// The one secret that a deployment must keep: 32 bytes, from the environment or a file. Everything else is derived from it or wrapped
/// under it.
/// </summary>
public sealed class MasterKey
{
    /// <summary>The environment variable that holds it, as 64 hexadecimal digits.</summary>
    public const string Variable = "STILLWATCH_MASTER_KEY";

    private readonly byte[] _key;

    /// <summary>Takes the key's 32 bytes.</summary>
    /// <exception cref="ArgumentException">They are not 32.</exception>
    public MasterKey(byte[] key)
    {
        _key = key.Length == 32 ? key : throw new ArgumentException("a master key has 32 bytes", nameof(key));
    }

    /// <summary>The key from <paramref name="environment"/> where given, else from <paramref name="path"/>.</summary>
    /// <param name="environment">The value of <see cref="Variable"/>, or null.</param>
    /// <param name="path">The file.</param>
    /// <param name="make">Whether the file is made where it is missing.</param>
    /// <param name="made">Whether it was made now.</param>
    /// <exception cref="InvalidDataException">What is there is no key, or none is there and none was to be made.</exception>
    public static MasterKey Load(string? environment, string path, bool make, out bool made)
    {
        made = false;
        if (environment is { Length: > 0 })
        {
            return Parse(environment, Variable);
        }

        if (!File.Exists(path) && !make)
        {
            throw new InvalidDataException($"its master key is not there: neither {path} nor {Variable} is");
        }

        if (!File.Exists(path))
        {
            made = true;
            using var file = new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }
            );
            file.Write(Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(64) + "\n"));
        }

        return Parse(File.ReadAllText(path).Trim(), path);
    }

    /// <summary>A secret for one purpose.</summary>
    public byte[] Derive(string purpose, int bytes = 32) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, bytes, info: Encoding.UTF8.GetBytes("stillwatch/" + purpose));

    private static MasterKey Parse(string text, string source)
    {
        try
        {
            return new MasterKey(Convert.FromHexString(text));
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException)
        {
            throw new InvalidDataException(
                $"{source} holds no master key: 64 hexadecimal digits are wanted (openssl rand -hex 32 makes them)",
                fault
            );
        }
    }
}
