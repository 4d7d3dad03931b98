using System.Collections.Immutable;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Capabilities;

/// <summary>
/// Models × capabilities × tiers: what is under the release process, and who has it by which release. Immutable; the gateway asks it for
/// every request.
/// </summary>
/// <param name="gates">What is under the release process.</param>
/// <param name="releases">The releases that are served.</param>
public sealed class ReleaseRegister(ImmutableArray<Gate> gates, ImmutableArray<StandingRelease> releases)
{
    /// <summary>Nothing is under the release process.</summary>
    public static ReleaseRegister None { get; } = new([], []);

    /// <summary>What is under the release process.</summary>
    public ImmutableArray<Gate> Gates => gates;

    /// <summary>Whether nothing is.</summary>
    public bool IsEmpty => gates.IsEmpty;

    /// <summary>Makes one.</summary>
    public static ReleaseRegister Of(IEnumerable<Gate> gates, IEnumerable<StandingRelease> releases) =>
        new([.. gates], [.. releases.Where(release => release.State == ReleaseState.Staged)]);

    /// <summary>Whether anything of <paramref name="model"/> is under the release process.</summary>
    public bool IsGated(string model)
    {
        foreach (var gate in gates)
        {
            if (gate.IsOf(model))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the model itself is withheld from an account.</summary>
    public bool WithholdsModel(string model, string tier, string account)
    {
        foreach (var gate in gates)
        {
            if (gate.Capability == Capability.None && gate.IsOf(model) && !IsReleased(gate, tier, account))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What of <paramref name="model"/> is withheld from an account.</summary>
    public Capability Withheld(string model, string tier, string account)
    {
        var withheld = Capability.None;
        foreach (var gate in gates)
        {
            if (gate.Capability != Capability.None && gate.IsOf(model) && !IsReleased(gate, tier, account))
            {
                withheld |= gate.Capability;
            }
        }

        return withheld;
    }

    private bool IsReleased(Gate gate, string tier, string account)
    {
        foreach (var release in releases)
        {
            if (release.Release.Gate == gate && release.Reaches(tier, account))
            {
                return true;
            }
        }

        return false;
    }
}
