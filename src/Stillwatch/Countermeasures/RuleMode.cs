namespace Stillwatch.Countermeasures;

/// <summary>How far a rule is switched on.</summary>
public enum RuleMode
{
    /// <summary>It does nothing.</summary>
    Off,

    /// <summary>It is counted whom it would touch, and nothing is done to anybody.</summary>
    Shadow,

    /// <summary>Its measures act, once the people that they need have approved them.</summary>
    Live,
}
