namespace Stillwatch.Exchanges;

/// <summary>Why a line was not taken: the kind, which is counted, and one line for the reader of the complaint.</summary>
/// <param name="Kind">The kind; <see cref="RejectionKind.None"/> where the line was taken.</param>
/// <param name="Detail">What is wrong, with the field and the byte where that is known.</param>
public readonly record struct Rejection(RejectionKind Kind, string Detail)
{
    /// <summary>The line was taken.</summary>
    public static Rejection None => default;

    /// <summary>Whether the line was taken.</summary>
    public bool Taken => Kind == RejectionKind.None;
}
