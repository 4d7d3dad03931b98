namespace Stillwatch.Decisions;

/// <summary>A decision that cannot be taken as things stand: the message says why, for whoever wanted it.</summary>
public sealed class DecisionRefusedException : Exception
{
    /// <summary>A decision that cannot be taken.</summary>
    public DecisionRefusedException()
        : this("the decision cannot be taken") { }

    /// <summary>A decision that cannot be taken, and why.</summary>
    public DecisionRefusedException(string message)
        : base(message) { }

    /// <summary>A decision that cannot be taken, why, and what lies behind it.</summary>
    public DecisionRefusedException(string message, Exception inner)
        : base(message, inner) { }
}
