using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stillwatch.Range.House.Models;

/// <summary>
/// Tensors of 32-bit numbers in the safetensors format: eight bytes of length, a JSON header, the numbers in little-endian order. Holds no
/// code, unlike pickles.
/// </summary>
internal static class SafeTensors
{
    private const int MostHeader = 100_000_000; // the format's own limit

    /// <summary>Writes them whole or not at all.</summary>
    public static void Write(
        string path,
        IEnumerable<(string Name, int[] Shape, float[] Values)> tensors,
        IReadOnlyDictionary<string, string> about
    )
    {
        var all = tensors.ToList();
        var header = new JsonObject
        {
            ["__metadata__"] = new JsonObject(about.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))),
        };
        long at = 0;
        foreach (var (name, shape, values) in all)
        {
            header[name] = new JsonObject
            {
                ["dtype"] = "F32",
                ["shape"] = new JsonArray([.. shape.Select(side => (JsonNode)side)]),
                ["data_offsets"] = new JsonArray(at, at + 4L * values.Length),
            };
            at += 4L * values.Length;
        }

        var text = JsonSerializer.SerializeToUtf8Bytes(header);
        var padded = (text.Length + 7) & ~7;
        var temporary = path + ".part";
        using (var file = File.Create(temporary))
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)padded);
            file.Write(length);
            file.Write(text);
            file.Write("       "u8[..(padded - text.Length)]);
            foreach (var (_, _, values) in all)
            {
                file.Write(MemoryMarshal.AsBytes(values.AsSpan()));
            }

            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Reads all of them.</summary>
    /// <exception cref="InvalidDataException">The file is none, or cut off, or holds other numbers than 32-bit ones.</exception>
    public static (Dictionary<string, (int[] Shape, float[] Values)> Tensors, IReadOnlyDictionary<string, string> About) Read(string path)
    {
        using var file = File.OpenRead(path);
        try
        {
            Span<byte> length = stackalloc byte[8];
            file.ReadExactly(length);
            var size = BinaryPrimitives.ReadUInt64LittleEndian(length);
            if (size > (ulong)Math.Min(MostHeader, file.Length - 8))
            {
                throw new InvalidDataException("its header is longer than itself");
            }

            var text = new byte[size];
            file.ReadExactly(text);
            using var header = JsonDocument.Parse(text);
            Dictionary<string, (int[], float[])> tensors = new(StringComparer.Ordinal);
            Dictionary<string, string> about = new(StringComparer.Ordinal);
            foreach (var entry in header.RootElement.EnumerateObject())
            {
                if (entry.Name == "__metadata__")
                {
                    about = entry
                        .Value.EnumerateObject()
                        .ToDictionary(one => one.Name, one => one.Value.GetString() ?? "", StringComparer.Ordinal);
                    continue;
                }

                tensors[entry.Name] = Tensor(file, entry.Value, 8 + (long)size);
            }

            return (tensors, about);
        }
        catch (Exception fault)
            when (fault
                    is EndOfStreamException
                        or JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or InvalidDataException
                        or OverflowException
                        or FormatException
            )
        {
            throw new InvalidDataException($"{path}: this is no whole safetensors file of 32-bit numbers ({fault.Message})", fault);
        }
    }

    private static (int[] Shape, float[] Values) Tensor(FileStream file, JsonElement entry, long data)
    {
        if (entry.GetProperty("dtype").GetString() != "F32")
        {
            throw new InvalidDataException("a tensor's numbers are not of 32 bits");
        }

        int[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(side => side.GetInt32())];
        var (from, to) = (entry.GetProperty("data_offsets")[0].GetInt64(), entry.GetProperty("data_offsets")[1].GetInt64());
        var count = shape.Aggregate(1L, (product, side) => checked(product * side));
        if (from < 0 || to - from != count * 4 || data + to > file.Length)
        {
            throw new InvalidDataException("a tensor's place is not inside the file");
        }

        var values = new float[count];
        file.Position = data + from;
        file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return (shape, values);
    }
}
