namespace Stillwatch.App.Configuration;

/// <summary>
/// What is wrong with a configuration: all of it, in the order in which it was found, each with its file and line or the variable that it
/// came from.
/// </summary>
internal sealed class ConfigFaults
{
    private readonly List<string> _lines = [];

    /// <summary>Takes a fault.</summary>
    public void Add(string fault)
    {
        if (!_lines.Contains(fault, StringComparer.Ordinal))
        {
            _lines.Add(fault);
        }
    }

    /// <summary>Does nothing where there are none.</summary>
    /// <exception cref="UnusableInputException">There are: a line for each.</exception>
    public void ThrowIfAny()
    {
        if (_lines.Count > 0)
        {
            throw new UnusableInputException(_lines);
        }
    }
}
