namespace Stillwatch.Range.House.Serving;

/// <summary>A request that cannot be answered as it is.</summary>
internal sealed class BadRequestException(string message, string? name = null, string? code = null, int status = 400) : Exception(message)
{
    /// <summary>The field that is at fault.</summary>
    public string? Field => name;

    /// <summary>What programs look at.</summary>
    public string? Code => code;

    /// <summary>The HTTP status.</summary>
    public int Status => status;
}
