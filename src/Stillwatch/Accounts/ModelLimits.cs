namespace Stillwatch.Accounts;

/// <summary>How much each account of a tier may use of some models, besides what limits it in all.</summary>
/// <param name="Model">The model, exact or with a star at the end. The first that fits counts.</param>
/// <param name="Limits">The limits.</param>
public sealed record ModelLimits(string Model, Limits Limits)
{
    /// <summary>Whether they are of <paramref name="model"/>.</summary>
    public bool IsOf(string model) => ModelPattern.Fits(Model, model);
}
