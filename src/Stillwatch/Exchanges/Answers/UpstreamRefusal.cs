namespace Stillwatch.Exchanges.Answers;

/// <summary>
/// That a model server refused on its own account, by its answer. The words are the server's: whoever makes labels of them bounds them.
/// </summary>
/// <param name="Reason">
/// The reason in the dialect's word: <c>refusal</c>, <c>content_filter</c>, or one of Gemini's, such as <c>SAFETY</c>.
/// </param>
/// <param name="Category">Anthropic's category, at most 64 bytes; null where none is named.</param>
internal readonly record struct UpstreamRefusal(string Reason, string? Category);
