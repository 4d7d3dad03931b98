using Stillwatch.Accounts;

namespace Stillwatch.Gateway;

/// <summary>The price of a model, in the provider's currency for a million tokens.</summary>
/// <param name="Model">The model, exact or with a star at the end.</param>
/// <param name="Input">A million tokens in.</param>
/// <param name="Output">A million tokens out.</param>
public sealed record ModelPrice(string Model, decimal Input, decimal Output)
{
    /// <summary>Whether it is the price of <paramref name="model"/>.</summary>
    public bool IsOf(string model) => ModelPattern.Fits(Model, model);
}
