using Stillwatch.Exchanges;

namespace Stillwatch.Cases;

/// <summary>A customer's appeal, and what became of it.</summary>
/// <param name="Subject">For whom it is.</param>
/// <param name="Text">What the customer says; it is hostile text until somebody read it.</param>
/// <param name="At">When it came.</param>
/// <param name="By">Who filed it.</param>
public sealed record Appeal(Subject Subject, string Text, EventTime At, string By)
{
    /// <summary>Most characters of an appeal.</summary>
    public const int MostText = 4_000;

    /// <summary>Whether it was granted; null while it waits.</summary>
    public bool? Granted { get; init; }

    /// <summary>When it was answered; null while it waits.</summary>
    public EventTime? AnsweredAt { get; init; }

    /// <summary>Who answered it; null while it waits.</summary>
    public string? AnsweredBy { get; init; }

    /// <summary>Why it was granted, or not; null while it waits.</summary>
    public string? Answer { get; init; }
}
