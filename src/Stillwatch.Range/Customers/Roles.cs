using Stillwatch.Range.World;

namespace Stillwatch.Range.Customers;

/// <summary>All honest roles, found by looking: a new one is a new file and no other edit.</summary>
internal static class Roles
{
    /// <summary>All of them, by name.</summary>
    public static IReadOnlyDictionary<string, Role> All { get; } =
        typeof(Role)
            .Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Role)) && type.Namespace == typeof(Roles).Namespace)
            .Select(type => (Role)Activator.CreateInstance(type)!)
            .ToDictionary(role => role.Name, StringComparer.Ordinal);
}
