using System.Collections.Immutable;

namespace Stillwatch.Decisions;

/// <summary>Somebody who works with Stillwatch.</summary>
/// <param name="Name">By which the record knows the person; one name, however many tokens.</param>
/// <param name="Roles">What the person may do.</param>
public sealed record Person(string Name, Role Roles)
{
    /// <summary>SHA-256 of each of the person's tokens, in hexadecimal digits.</summary>
    public ImmutableSortedSet<string> Tokens { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Whether the person may act still.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>Whether <paramref name="name"/> can be one's name: it must not look like a program's.</summary>
    public static bool IsName(string? name) =>
        name is { Length: > 0 and <= 100 }
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' or '@')
        && name is not (Actors.Watch or Actors.Administrator);
}
