namespace Stillwatch.Gateway;

/// <summary>Something about an account that people should look at, and that nothing was done about.</summary>
/// <param name="Account">Whose.</param>
/// <param name="Kind">In a word, for programs.</param>
/// <param name="Text">In a sentence, for people.</param>
public sealed record GatewayAlert(string Account, string Kind, string Text);
