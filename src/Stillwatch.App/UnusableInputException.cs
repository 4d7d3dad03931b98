namespace Stillwatch.App;

/// <summary>The input or the arguments could not be used: the verb says <see cref="Exception.Message"/> in one line and exits with 2.</summary>
internal sealed class UnusableInputException(string message) : Exception(message);
