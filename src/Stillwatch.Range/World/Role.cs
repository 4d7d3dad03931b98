namespace Stillwatch.Range.World;

/// <summary>
/// A kind of customer: how they sign up, when they ask, and what. It keeps nothing: all that an account is comes from its seed, so that any
/// act of any account can be written by any worker at any time.
/// </summary>
internal abstract class Role
{
    /// <summary>Its name, as scenarios and reports say it.</summary>
    public abstract string Name { get; }

    /// <summary>Its name in a labels file: individual, app, aggregator, evaluation, pipeline, or distiller.</summary>
    public abstract string Label { get; }

    /// <summary>Signs up <paramref name="accounts"/> accounts, from <paramref name="seed"/>.</summary>
    public abstract void Settle(Provider world, int accounts, ulong seed, Chance chance);

    /// <summary>Plans a day of an account.</summary>
    /// <param name="world">The world.</param>
    /// <param name="account">Who.</param>
    /// <param name="day">The day's number since the epoch.</param>
    /// <param name="chance">Begun for this account and day.</param>
    /// <param name="into">Receives the acts, in any order.</param>
    public abstract void Plan(Provider world, Account account, long day, Chance chance, List<Act> into);

    /// <summary>Writes what an act says; <paramref name="letter"/> was begun for the account.</summary>
    public abstract void Write(Provider world, Account account, in Act act, Letter letter);
}
