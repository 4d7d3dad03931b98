using Stillwatch.Features;

namespace Stillwatch.Signals;

/// <summary>
/// A pure rule over a stream of features. Every member is static and the state holds no references, so that a detector has nowhere to
/// hide a clock, a lock, a random source or an allocation.
/// </summary>
/// <typeparam name="TState">All that the detector keeps of a subject: fixed size, no references.</typeparam>
/// <remarks>
/// Laws, checked for every detector by the tests' <c>DetectorLaws</c>:
/// <list type="bullet">
/// <item>Replay: the same features give the same bytes of state.</item>
/// <item>Order: the order in which features arrive does not change the reading.</item>
/// <item>Union: merging the states of two shards gives the state that saw both.</item>
/// <item>Identity: merging a state that has seen nothing changes nothing.</item>
/// <item>Quiet: observing, merging and reading allocate nothing.</item>
/// </list>
/// A state begins as all zero bytes. Detectors of one state type read one state, which is kept once: they observe and merge it alike.
/// </remarks>
public interface IDetector<TState>
    where TState : unmanaged
{
    /// <summary>Name and version.</summary>
    static abstract DetectorId Id { get; }

    /// <summary>What exchanges must show for it to see anything.</summary>
    static abstract Needs Needs { get; }

    /// <summary>
    /// Its part in the mean of all detectors' weights, against the others' parts; fixed before any log is seen. Default 1.
    /// </summary>
    static virtual double Part => 1;

    /// <summary>
    /// The name that detectors share which say much the same: where readings are put together the highest of them counts. Default none.
    /// </summary>
    static virtual string? Kin => null;

    /// <summary>Adds one exchange.</summary>
    static abstract void Observe(ref TState state, in ExchangeFeatures features);

    /// <summary>Adds what another state of the same kind saw.</summary>
    static abstract void Merge(ref TState into, in TState other);

    /// <summary>What the state says now.</summary>
    static abstract Reading Read(in TState state);

    /// <summary>One line for an analyst: the figures behind the reading, in plain words.</summary>
    static abstract string Explain(in TState state);
}
