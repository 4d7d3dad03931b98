namespace Stillwatch.Range.House.Decoding;

/// <summary>A token of a conversation that is to be read.</summary>
/// <param name="Of">The conversation's keys and values.</param>
/// <param name="Token">The token.</param>
/// <param name="Position">Its place in the conversation, from 0.</param>
/// <param name="WantsNext">Whether what may come next is asked.</param>
internal readonly record struct Row(KeyValues Of, int Token, int Position, bool WantsNext);
