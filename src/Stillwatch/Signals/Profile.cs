using System.Runtime.InteropServices;
using Stillwatch.Features;

namespace Stillwatch.Signals;

/// <summary>
/// All that is kept of a subject for the detectors: their states, one after the other in one block of bytes. Profiles merge; a campaign's
/// profile is the merge of its accounts'. <see cref="Size"/> bytes, whatever the subject did. Not thread-safe.
/// </summary>
public sealed class Profile
{
    private static readonly Detector[] Detectors = [.. Detector.All];
    private static readonly int[] Owners =
    [
        .. Detectors.Select(detector => Array.FindIndex(Detectors, one => one.StateType == detector.StateType)),
    ]; // of those with one state the first keeps it
    private static readonly int[] Kept = [.. Owners.Distinct()];
    private static readonly (int[] Offsets, int Size) Layout = MakeLayout();

    private readonly byte[] _states = new byte[Size];

    /// <summary>How many readings a profile gives.</summary>
    public static int Count => Detectors.Length;

    /// <summary>Bytes of state.</summary>
    public static int Size => Layout.Size;

    /// <summary>Adds one exchange.</summary>
    public void Observe(in ExchangeFeatures features)
    {
        foreach (var i in Kept)
        {
            Detectors[i].Observe(State(i), features);
        }
    }

    /// <summary>Adds what <paramref name="other"/> saw.</summary>
    public void Merge(Profile other)
    {
        foreach (var i in Kept)
        {
            Detectors[i].Merge(State(i), other.State(i));
        }
    }

    /// <summary>What detector number <paramref name="detector"/> reads.</summary>
    public Reading Read(int detector) => Detectors[detector].Read(State(detector));

    /// <summary>What detector number <paramref name="detector"/> has to say to an analyst.</summary>
    public string Explain(int detector) => Detectors[detector].Explain(State(detector));

    /// <summary>Writes all states to <paramref name="writer"/>.</summary>
    internal void Save(BinaryWriter writer) => writer.Write(_states);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    internal static Profile Load(BinaryReader reader)
    {
        var profile = new Profile();
        reader.BaseStream.ReadExactly(profile._states);
        return profile;
    }

    /// <summary>The state of one kind, for reading along with the detector that keeps it.</summary>
    internal ref readonly TState Get<TState>()
        where TState : unmanaged => ref MemoryMarshal.AsRef<TState>(State(Slot<TState>.Number));

    private static class Slot<TState>
    {
        public static readonly int Number = Array.FindIndex(Detectors, detector => detector.StateType == typeof(TState));
    }

    private Span<byte> State(int detector) => _states.AsSpan(Layout.Offsets[detector], Detectors[detector].Size);

    private static (int[] Offsets, int Size) MakeLayout()
    {
        var (offsets, size) = (new int[Detectors.Length], 0);
        for (var i = 0; i < Detectors.Length; i++)
        {
            if (Owners[i] == i)
            {
                (offsets[i], size) = (size, size + Detectors[i].Size);
            }
            else
            {
                offsets[i] = offsets[Owners[i]];
            }
        }

        return (offsets, size);
    }
}
