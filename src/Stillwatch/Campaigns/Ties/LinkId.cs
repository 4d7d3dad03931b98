namespace Stillwatch.Campaigns.Ties;

/// <summary>Name, version and family of a link. A changed constant is a new version.</summary>
/// <param name="Name">In kebab case; the link's page is docs/links/NAME.md.</param>
/// <param name="Version">Counts from 1.</param>
/// <param name="Family">What it rests on.</param>
public readonly record struct LinkId(string Name, int Version, LinkFamily Family)
{
    /// <summary>How many families there are.</summary>
    public const int Families = 4;

    /// <summary>What all families say together: strangers come by what each rests on independently.</summary>
    internal static double Sum(ReadOnlySpan<double> families)
    {
        var sum = 0.0;
        foreach (var family in families)
        {
            sum += family;
        }

        return sum;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}/{Version}";
}
