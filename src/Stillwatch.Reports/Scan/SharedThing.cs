namespace Stillwatch.Reports.Scan;

/// <summary>Something that accounts of a campaign have in common: an address, a card, a template.</summary>
/// <param name="Text">What it is, as far as the log or the accounts file says; null where that is not read.</param>
/// <param name="Accounts">How many of the campaign's accounts have it.</param>
internal sealed record SharedThing(string? Text, int Accounts);
