using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Accounts;

/// <summary>How far accounts of a kind are trusted: which models and capabilities they may use, and how much.</summary>
/// <param name="Name">Its name.</param>
public sealed record Tier(string Name)
{
    /// <summary>The tier of accounts that name none, or one that does not exist any more.</summary>
    public const string Default = "default";

    /// <summary>The models that may be used, exact or with a star at the end; empty is all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>What may not be used.</summary>
    public Capability Denied { get; init; }

    /// <summary>The limits of each key.</summary>
    public Limits Key { get; init; } = Limits.None;

    /// <summary>The limits of each account.</summary>
    public Limits Account { get; init; } = Limits.None;

    /// <summary>The limits of each organisation.</summary>
    public Limits Organisation { get; init; } = Limits.None;

    /// <summary>The limits of each account for some models.</summary>
    public IReadOnlyList<ModelLimits> ByModel { get; init; } = [];

    /// <summary>Tokens out that are reserved for a request that states no maximum. Default 4,096.</summary>
    public int AssumedOutputTokens { get; init; } = 4096;

    /// <summary>Whether anything is limited: of a key, an account or an organisation.</summary>
    public bool IsLimited => !Key.IsNone || !Account.IsNone || !Organisation.IsNone || ByModel.Count > 0;

    /// <summary>The limits of an account for <paramref name="model"/>; null for none.</summary>
    public ModelLimits? Of(string? model)
    {
        if (ByModel.Count == 0 || model == null)
        {
            return null;
        }

        foreach (var limits in ByModel)
        {
            if (limits.IsOf(model))
            {
                return limits;
            }
        }

        return null;
    }

    /// <summary>Whether <paramref name="model"/> may be used.</summary>
    public bool Allows(string model)
    {
        if (Models.Count == 0)
        {
            return true;
        }

        foreach (var allowed in Models)
        {
            if (ModelPattern.Fits(allowed, model))
            {
                return true;
            }
        }

        return false;
    }
}
