using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Stillwatch.Features;

namespace Stillwatch.Signals;

/// <summary>A detector as the profile holds it: its state is a stretch of bytes, so that profiles of all detectors are one block.</summary>
public abstract class Detector
{
    /// <summary>Name and version.</summary>
    public abstract DetectorId Id { get; }

    /// <summary>What exchanges must show for it to see anything.</summary>
    public abstract Needs Needs { get; }

    /// <summary>Its part of what all detectors weigh together; those of all detectors sum to 1.</summary>
    public double Share { get; private set; }

    /// <summary>The name that detectors share which say much the same; null for none.</summary>
    public abstract string? Kin { get; }

    /// <summary>Bytes of state, a multiple of 8.</summary>
    public abstract int Size { get; }

    /// <summary>Adds one exchange to the state in <paramref name="state"/>.</summary>
    public abstract void Observe(Span<byte> state, in ExchangeFeatures features);

    /// <summary>Adds what <paramref name="other"/> saw.</summary>
    public abstract void Merge(Span<byte> into, ReadOnlySpan<byte> other);

    /// <summary>What the state says now.</summary>
    public abstract Reading Read(ReadOnlySpan<byte> state);

    /// <summary>One line for an analyst.</summary>
    public abstract string Explain(ReadOnlySpan<byte> state);

    /// <summary>All detectors of the core, by name. Found by looking, once: a new detector is a new file and no other edit.</summary>
    public static IReadOnlyList<Detector> All { get; } =
        WithShares([.. Find().OrderBy(detector => detector.Id.Name, StringComparer.Ordinal)]);

    private protected abstract double Part { get; }

    internal abstract Type StateType { get; }

    private static Detector[] WithShares(Detector[] all)
    {
        var parts = all.Sum(detector => detector.Part);
        foreach (var detector in all)
        {
            detector.Share = detector.Part / parts;
        }

        return all;
    }

    private static IEnumerable<Detector> Find() =>
        from type in typeof(Detector).Assembly.GetTypes()
        from contract in type.GetInterfaces()
        where contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IDetector<>)
        select (Detector)Activator.CreateInstance(typeof(Of<,>).MakeGenericType(type, contract.GetGenericArguments()[0]), nonPublic: true)!;

    private sealed class Of<TDetector, TState> : Detector
        where TDetector : IDetector<TState>
        where TState : unmanaged
    {
        public override DetectorId Id => TDetector.Id;

        public override Needs Needs => TDetector.Needs;

        public override string? Kin => TDetector.Kin;

        private protected override double Part => TDetector.Part;

        internal override Type StateType => typeof(TState);

        public override int Size => (Unsafe.SizeOf<TState>() + 7) & ~7;

        public override void Observe(Span<byte> state, in ExchangeFeatures features) => TDetector.Observe(ref State(state), features);

        public override void Merge(Span<byte> into, ReadOnlySpan<byte> other) => TDetector.Merge(ref State(into), State(other));

        public override Reading Read(ReadOnlySpan<byte> state) => TDetector.Read(State(state));

        public override string Explain(ReadOnlySpan<byte> state) => TDetector.Explain(State(state));

        private static ref TState State(Span<byte> bytes) => ref MemoryMarshal.AsRef<TState>(bytes);

        private static ref readonly TState State(ReadOnlySpan<byte> bytes) => ref MemoryMarshal.AsRef<TState>(bytes);
    }
}
