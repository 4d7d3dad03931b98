namespace Stillwatch.Countermeasures;

/// <summary>The words for rungs: in files, in the API, on a command line and in reports.</summary>
public static class RungWords
{
    private static readonly (Rung Rung, string Word)[] All =
    [
        (Rung.Observe, "observe"),
        (Rung.Tag, "tag"),
        (Rung.Slow, "slow"),
        (Rung.Strip, "strip"),
        (Rung.Warn, "warn"),
        (Rung.StepUp, "step_up"),
        (Rung.Restrict, "restrict"),
        (Rung.Refuse, "refuse"),
        (Rung.FallBack, "fall_back"),
        (Rung.Mark, "mark"),
        (Rung.RevokeKey, "revoke_key"),
        (Rung.Suspend, "suspend"),
    ];

    /// <summary>All words, in the order of the ladder.</summary>
    public static IEnumerable<string> Words => All.Select(one => one.Word);

    /// <summary>The word for a rung.</summary>
    public static string Of(Rung rung) => All.First(one => one.Rung == rung).Word;

    /// <summary>The rung that a word names; null where it names none.</summary>
    public static Rung? Parse(string? word) => All.Where(one => one.Word == word).Select(one => (Rung?)one.Rung).FirstOrDefault();
}
