using System.Text.Json;
using Stillwatch.Decisions;

namespace Stillwatch.Engine.Decisions;

/// <summary>The body of a decision as it lies in the record: JSON, read again as it was written.</summary>
internal static class DecisionLine
{
    /// <summary>The body.</summary>
    public static string Write(Decision decision) => JsonSerializer.Serialize(decision, DecisionJson.Options);

    /// <summary>Reads a body.</summary>
    /// <exception cref="InvalidDataException">This program does not know what was decided: a later one wrote it.</exception>
    public static Decision Read(long number, string body)
    {
        try
        {
            return DecisionJson.Read<Decision>(System.Text.Encoding.UTF8.GetBytes(body));
        }
        catch (FormatException fault)
        {
            throw new InvalidDataException(
                $"decision {number} cannot be read ({fault.Message}); a later version of this program may have written it",
                fault
            );
        }
    }
}
