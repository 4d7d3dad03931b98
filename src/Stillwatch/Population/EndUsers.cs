using System.Numerics;
using System.Runtime.CompilerServices;
using Stillwatch.Sketches;

namespace Stillwatch.Population;

/// <summary>
/// Whether an account serves people of its own, whom it names: then what it asks is theirs, and says nothing of one source. 48 bytes: how
/// many prompts named somebody, and how many different people, by linear counting (Whang, Vander-Zanden and Taylor, TODS 1990) in 256 bits.
/// </summary>
public struct EndUsers
{
    private const int Words = 4;
    private const int Bits = Words * 64;
    private const double Named = 0.5; // of its prompts
    private const double Returning = 1.5; // prompts a person: people come back
    private const long Early = 500; // prompts before which nobody can be expected to have come back

    private Set _people;
    private long _named;
    private long _asked;

    [InlineArray(Words)]
    private struct Set
    {
        private ulong _first;
    }

    /// <summary>Takes a prompt that named <paramref name="endUser"/>, by fingerprint; 0 where it named nobody.</summary>
    public void Observe(ulong endUser)
    {
        _asked++;
        if (endUser != 0)
        {
            _named++;
            var at = (int)(KeyedHash.Mix(endUser) >> 56);
            _people[at >> 6] |= 1UL << (at & 63);
        }
    }

    /// <summary>
    /// Whether it does: it names somebody in half of its prompts, and after <see cref="Early"/> of them they are people who come back.
    /// </summary>
    public readonly bool AreServed => _named > Named * _asked && (_asked < Early || _named >= Returning * People());

    private readonly double People()
    {
        var set = 0;
        for (var i = 0; i < Words; i++)
        {
            set += BitOperations.PopCount(_people[i]);
        }

        return -Bits * Math.Log(1 - Math.Min(Bits - 1, set) / (double)Bits);
    }
}
