namespace Stillwatch.App.Trials.StandIn;

/// <summary>How fast the stand-in answers.</summary>
internal enum Pace
{
    /// <summary>As a model does: a pause, then pieces one after the other.</summary>
    Realistic,

    /// <summary>At once.</summary>
    None,
}
