using Stillwatch.Sketches;

namespace Stillwatch.Population;

/// <summary>
/// Whether an account serves people of its own, whom it names: then what it asks is theirs, and says nothing of one source. Counts the
/// prompts that named somebody and the different people. 272 bytes.
/// </summary>
public struct EndUsers
{
    private const double Named = 0.5; // of its prompts
    private const double Returning = 1.5; // prompts a person: people come back
    private const long Early = 500; // prompts before which nobody can be expected to have come back
    private const double MostPeople = 8_192; // beyond it the counter can no longer tell whether anybody came back

    private DistinctBits _people;
    private long _named;
    private long _asked;

    /// <summary>Takes a prompt that named <paramref name="endUser"/>, by fingerprint; 0 where it named nobody.</summary>
    public void Observe(ulong endUser)
    {
        _asked++;
        if (endUser != 0)
        {
            _named++;
            _people.Add(endUser);
        }
    }

    /// <summary>
    /// Whether it does: it names somebody in half of its prompts, and after 500 of them they are people who come back, 8,192 at most.
    /// </summary>
    public readonly bool AreServed =>
        _named > Named * _asked
        && (_asked < Early || (_people.Estimate() is var people && people < MostPeople && _named >= Returning * people));
}
