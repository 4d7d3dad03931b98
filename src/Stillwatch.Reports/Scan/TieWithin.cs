using Stillwatch.Campaigns.Ties;

namespace Stillwatch.Reports.Scan;

/// <summary>What one link ties within a campaign.</summary>
/// <param name="Link">The link.</param>
/// <param name="Accounts">How many of the campaign's accounts it ties to another of them.</param>
/// <param name="Groups">Into how many groups, of which each is tied within: with ten cards of ten accounts each it is ten.</param>
/// <param name="Bits">The most that it weighs between two of them.</param>
internal sealed record TieWithin(Link Link, int Accounts, int Groups, double Bits)
{
    /// <summary>What is said of <paramref name="who"/> they are: that they share something, and in how many groups.</summary>
    public string Text(string who) => $"{who} {Link.Says}{(Groups == 1 ? "" : $", in {Groups:N0} groups")}";
}
