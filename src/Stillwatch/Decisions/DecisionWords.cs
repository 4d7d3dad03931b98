using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stillwatch.Decisions;

/// <summary>The words of the record.</summary>
public static class DecisionWords
{
    private static readonly Dictionary<Type, string> Kinds = typeof(Decision)
        .GetCustomAttributes(typeof(JsonDerivedTypeAttribute), inherit: false)
        .Cast<JsonDerivedTypeAttribute>()
        .ToDictionary(one => one.DerivedType, one => (string)one.TypeDiscriminator!);

    /// <summary>The kinds of decisions that there are, by their words.</summary>
    public static IEnumerable<string> All => Kinds.Values;

    /// <summary>The word for what a decision is.</summary>
    public static string KindOf(Decision decision) => Kinds[decision.GetType()];

    /// <summary>The word for a value of a closed set: small letters and underscores.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>The value that a word names; null where it names none.</summary>
    public static T? Parse<T>(string? word)
        where T : struct, Enum => Enum.GetValues<T>().Where(value => Of(value) == word).Select(value => (T?)value).FirstOrDefault();
}
