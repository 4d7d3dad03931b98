using Stillwatch.Countermeasures;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Gateway.Surface;

namespace Stillwatch.Gateway.Enforce;

/// <summary>4b. enforce: what is not released to the account's tier is not served, whatever the client asks.</summary>
internal sealed class ReleaseEnforcement(GatewayServices services)
{
    private readonly PivotWatch _pivots = new(services);

    /// <summary>Why a request for <paramref name="model"/> goes no further; null where it may. What is withheld is stripped.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="model">The model by the name that the client uses; asked again for the name that servers know.</param>
    public Refusal? Check(Exchange exchange, string model)
    {
        var register = services.Releases.Register;
        if (register.IsEmpty)
        {
            return null;
        }

        var account = exchange.Key!.Account;
        if (register.WithholdsModel(model, account.Tier.Name, account.Name))
        {
            return Tell(
                Refusal.Forbidden($"The model '{Refusal.Short(model)}' is not released to this account's tier.", "model_not_released"),
                model
            );
        }

        var withheld = register.Withheld(model, account.Tier.Name, account.Name);
        var asked = withheld & (exchange.Facts.Asked | exchange.Format.Gives);
        if (asked != 0)
        {
            return Tell(
                Refusal.Forbidden(
                    $"'{Refusal.Short(model)}' does not give {CapabilityWords.Of(asked)} to this account's tier.",
                    ReasonCodes.NotReleased
                ),
                model
            );
        }

        exchange.Strip |= withheld & MeasureTerms.Strippable;
        return null;
    }

    /// <summary>
    /// A server is asked for <paramref name="model"/>: where it is under the release process, who turns to it is looked at.
    /// </summary>
    public void Served(Exchange exchange, string model)
    {
        var register = services.Releases.Register;
        var account = exchange.Key!.Account;
        if (!register.IsEmpty && register.IsGated(model) && register.Withheld(model, account.Tier.Name, account.Name) == Capability.None)
        {
            _pivots.Take(model, account.Name);
        }
    }

    /// <summary>Whether <paramref name="model"/> is withheld from an account, for the list of models.</summary>
    public static bool Withholds(GatewayServices services, string model, Accounts.AccountEntry account) =>
        services.Releases.Register.WithholdsModel(model, account.Tier.Name, account.Name);

    private static Refusal Tell(Refusal refusal, string model) =>
        refusal with
        {
            Disclosure = new(ReasonCodes.NotReleased, $"release of {Refusal.Short(model)}", null),
        };
}
