namespace Stillwatch.Exchanges.Dialects;

/// <summary>What is wrong, in no dialect's form.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">The type in OpenAI's words.</param>
/// <param name="Code">The code in OpenAI's words; null for none.</param>
/// <param name="Message">For the customer.</param>
/// <param name="Id">The request's id.</param>
internal readonly record struct ErrorFacts(int Status, string Type, string? Code, string Message, string Id);
