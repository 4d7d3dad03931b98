namespace Stillwatch.Signals;

/// <summary>What ordinary accounts come to by one statistic.</summary>
/// <param name="Median">What half of them come to.</param>
/// <param name="Most">
/// What one in fifty comes to. Where accounts are read together no account counts for more (winsorised): a sum is to show what all of them
/// do a little, and one extreme account must not speak for a group.
/// </param>
/// <param name="Rare">
/// What the accounts of any group of one honest population in fifty come to together, at most; 0 where the detector says nothing of groups.
/// </param>
public readonly record struct Ordinary(double Median, double Most, double Rare);
