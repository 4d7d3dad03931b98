using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Stillwatch.Sketches;

/// <summary>States of fixed size, to and from a stream as they lie in memory: little-endian, as every machine that this runs on.</summary>
internal static class StateIo
{
    /// <summary>Writes <paramref name="state"/>.</summary>
    public static void Put<T>(this BinaryWriter writer, in T state)
        where T : unmanaged => writer.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in state)));

    /// <summary>Reads a state.</summary>
    /// <exception cref="EndOfStreamException">It is cut off.</exception>
    public static T Get<T>(this BinaryReader reader)
        where T : unmanaged
    {
        Unsafe.SkipInit(out T state);
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(new Span<T>(ref state)));
        return state;
    }

    /// <summary>Writes how many there are, and all of them.</summary>
    public static void PutAll<T>(this BinaryWriter writer, ReadOnlySpan<T> states)
        where T : unmanaged
    {
        writer.Write(states.Length);
        writer.Write(MemoryMarshal.AsBytes(states));
    }

    /// <summary>Reads what <see cref="PutAll"/> wrote.</summary>
    /// <exception cref="InvalidDataException">There are more than <paramref name="most"/>.</exception>
    public static T[] GetAll<T>(this BinaryReader reader, int most = 1 << 26)
        where T : unmanaged
    {
        var count = reader.ReadInt32();
        var states =
            count >= 0 && count <= most ? new T[count] : throw new InvalidDataException("a snapshot counts more than there can be");
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(states.AsSpan()));
        return states;
    }
}
