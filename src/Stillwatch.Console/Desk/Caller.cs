using Stillwatch.Decisions;

namespace Stillwatch.Console.Desk;

/// <summary>Who calls the console.</summary>
/// <param name="Name">By which the record knows the caller.</param>
/// <param name="Roles">What the caller may do.</param>
/// <param name="IsOperator">Whether the caller has the data folder's token: it runs the program, and decides nothing.</param>
internal sealed record Caller(string Name, Role Roles, bool IsOperator)
{
    /// <summary>Whoever has the data folder's token.</summary>
    public static Caller Operator { get; } = new(Actors.Administrator, Role.Administrator, IsOperator: true);
}
