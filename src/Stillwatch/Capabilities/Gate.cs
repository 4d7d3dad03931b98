using Stillwatch.Accounts;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Capabilities;

/// <summary>
/// What is under the release process: nobody has it whose tier it is not released to. What no gate names is served as tiers say.
/// </summary>
/// <param name="Model">The model, exact or with a star at the end.</param>
/// <param name="Capability">What of it; <see cref="Capability.None"/> is the model itself.</param>
public sealed record Gate(string Model, Capability Capability)
{
    /// <summary>Whether it is for <paramref name="model"/>.</summary>
    public bool IsOf(string model) => ModelPattern.Fits(Model, model);

    /// <summary>What is wrong with it; null for nothing.</summary>
    public string? Fault() => Model.Length is 0 or > 200 ? "model: 1 to 200 characters are taken" : null;
}
