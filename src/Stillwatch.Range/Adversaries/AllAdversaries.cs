namespace Stillwatch.Range.Adversaries;

/// <summary>All adversaries, found by looking: a new one is a new file and no other edit.</summary>
internal static class AllAdversaries
{
    private static readonly Dictionary<string, Type> Types = typeof(Adversary)
        .Assembly.GetTypes()
        .Where(type =>
            type is { IsAbstract: false } && type.IsSubclassOf(typeof(Adversary)) && type.Namespace == typeof(Adversary).Namespace
        )
        .ToDictionary(type => ((Adversary)Activator.CreateInstance(type)!).Name, StringComparer.Ordinal);

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => Types.Keys.Order(StringComparer.Ordinal);

    /// <summary>A new one of <paramref name="kind"/>; null where there is no such kind.</summary>
    public static Adversary? Create(string kind) =>
        Types.TryGetValue(kind, out var type) ? (Adversary)Activator.CreateInstance(type)! : null;
}
