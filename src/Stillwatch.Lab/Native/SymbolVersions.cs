using System.Buffers.Binary;
using System.Text;

namespace Stillwatch.Lab.Native;

/// <summary>
/// Marks a version that a shared library needs of another as one that may be missing (VER_FLG_WEAK, System V gABI symbol versioning,
/// "Version requirements"). TorchSharp's library was linked against a newer libstdc++ than stable Debian has, and uses of that version
/// nothing that is ever called.
/// </summary>
internal static class SymbolVersions
{
    private const uint VersionNeeds = 0x6fff_fffe; // SHT_GNU_verneed
    private const ushort Weak = 2; // VER_FLG_WEAK

    /// <summary>
    /// Changes the library <paramref name="path"/>, unless it was changed before or does not need <paramref name="version"/>.
    /// </summary>
    /// <exception cref="InvalidDataException">It is no 64-bit little-endian ELF file.</exception>
    public static void Weaken(string path, string version)
    {
        var file = File.ReadAllBytes(path);
        if (!Weaken(file, version))
        {
            return;
        }

        var changed = $"{path}.{Environment.ProcessId}";
        File.WriteAllBytes(changed, file);
        File.Move(changed, path, overwrite: true);
    }

    /// <summary>The same in memory.</summary>
    /// <returns>Whether anything was changed.</returns>
    internal static bool Weaken(Span<byte> file, string version)
    {
        if (file.Length < 64 || !file.StartsWith("\u007fELF\u0002\u0001"u8))
        {
            throw new InvalidDataException("this is no 64-bit little-endian ELF file");
        }

        var (sections, size, count) = ((int)Long(file, 0x28), Short(file, 0x3a), Short(file, 0x3c));
        var changed = false;
        for (var i = 0; i < count; i++)
        {
            var section = sections + i * size;
            if (Int(file, section + 4) == VersionNeeds)
            {
                var names = sections + (int)Int(file, section + 0x28) * size;
                changed |= WeakenIn(
                    file,
                    (int)Long(file, section + 0x18),
                    (int)Int(file, section + 0x2c),
                    (int)Long(file, names + 0x18),
                    version
                );
            }
        }

        return changed;
    }

    /// <summary>Walks the needs of one section: a list of libraries, each with a list of versions.</summary>
    private static bool WeakenIn(Span<byte> file, int need, int libraries, int names, string version)
    {
        var changed = false;
        for (; libraries > 0; libraries--)
        {
            var one = need + (int)Int(file, need + 8);
            for (var left = Short(file, need + 2); left > 0; left--)
            {
                var name = file[(names + (int)Int(file, one + 8))..];
                var flags = Short(file, one + 4);
                if (Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]) == version && (flags & Weak) == 0)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(file[(one + 4)..], (ushort)(flags | Weak));
                    changed = true;
                }

                one += (int)Int(file, one + 12);
            }

            need += (int)Int(file, need + 12);
        }

        return changed;
    }

    private static ushort Short(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file[at..]);

    private static uint Int(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt32LittleEndian(file[at..]);

    private static long Long(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadInt64LittleEndian(file[at..]);
}
