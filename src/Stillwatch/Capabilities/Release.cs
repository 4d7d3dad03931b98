namespace Stillwatch.Capabilities;

/// <summary>A release as it was proposed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Gate">What is released.</param>
/// <param name="Stages">Its steps, in order; each reaches at least as many as the one before.</param>
/// <param name="Exposure">What it would expose.</param>
public sealed record Release(ReleaseId Id, Gate Gate, IReadOnlyList<ReleaseStage> Stages, Exposure Exposure)
{
    /// <summary>What is wrong with it; null for nothing.</summary>
    public string? Fault()
    {
        if (Gate.Fault() is { } fault)
        {
            return fault;
        }

        if (Stages.Count is 0 or > 20)
        {
            return "stages: 1 to 20 are taken";
        }

        for (var i = 0; i < Stages.Count; i++)
        {
            var stage = Stages[i];
            if (stage.Tiers.Count == 0 || stage.Share is not (> 0 and <= 1))
            {
                return $"stages[{i}]: at least one tier and a share above 0 and up to 1 are wanted";
            }

            if (i > 0 && (stage.Share < Stages[i - 1].Share || Stages[i - 1].Tiers.Except(stage.Tiers, StringComparer.Ordinal).Any()))
            {
                return $"stages[{i}]: it reaches fewer than the one before; roll back instead";
            }
        }

        return null;
    }
}
