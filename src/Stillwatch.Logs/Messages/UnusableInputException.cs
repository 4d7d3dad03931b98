namespace Stillwatch.Logs.Messages;

/// <summary>The input or the arguments could not be used: the verb says why, a line for each fault, and exits with 2.</summary>
internal sealed class UnusableInputException : Exception
{
    /// <summary>One fault.</summary>
    public UnusableInputException(string message)
        : this([message]) { }

    /// <summary>Several, each worth a line.</summary>
    public UnusableInputException(IReadOnlyList<string> lines)
        : base(string.Join("\n", lines)) => Lines = [.. lines];

    /// <summary>What is wrong, a line for each fault.</summary>
    public IReadOnlyList<string> Lines { get; }
}
