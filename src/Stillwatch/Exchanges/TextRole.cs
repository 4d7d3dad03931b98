namespace Stillwatch.Exchanges;

/// <summary>Who speaks in a piece of a request's text.</summary>
internal enum TextRole : byte
{
    User,
    System,
    Assistant,
    Tool,
}
