using Stillwatch.Campaigns.Subjects;
using Stillwatch.Exchanges;

namespace Stillwatch.Campaigns.Sources;

/// <summary>
/// Accounts that draw from one source and are not flagged for it: they are few, or honest populations have groups that come as low. Worth a
/// look, and no more.
/// </summary>
/// <param name="Found">How far they could be exchanged, and how rare that is among honest populations.</param>
/// <param name="Since">When it was first seen.</param>
/// <param name="Accounts">Their numbers, ascending.</param>
public sealed record SourceLead(SourceFound Found, EventTime Since, IReadOnlyList<int> Accounts)
{
    /// <summary>The highest p that is worth a look: what half of all honest populations have is none.</summary>
    public const double MostP = 0.5;

    /// <summary>
    /// Its score in bits, on the scale of single accounts: as rare as an account is that one honest one in so many comes up to. A lead of
    /// accounts is one among all of them; this is one in a share of populations.
    /// </summary>
    /// <param name="accounts">How many accounts there are.</param>
    public double Bits(int accounts) => Math.Log2(Math.Max(1, accounts) / Found.P);

    /// <summary>Whether half of them are flagged.</summary>
    internal bool IsFlagged(IReadOnlyList<WatchedAccount> accounts) =>
        Accounts.Count(number => accounts[number].FlaggedAt != null) * 2 >= Accounts.Count;

    /// <summary>Whether this and <paramref name="other"/> have half of the smaller one's accounts in common.</summary>
    internal bool IsOf(SourceLead other) => Accounts.Count(other.Accounts.Contains) * 2 >= Math.Min(Accounts.Count, other.Accounts.Count);

    /// <summary>Writes it to <paramref name="writer"/>.</summary>
    internal void Save(BinaryWriter writer)
    {
        Sketches.StateIo.Put(writer, Found);
        writer.Write(Since.Micros);
        Sketches.StateIo.PutAll<int>(writer, [.. Accounts]);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    internal static SourceLead Load(BinaryReader reader) =>
        new(Sketches.StateIo.Get<SourceFound>(reader), new EventTime(reader.ReadInt64()), Sketches.StateIo.GetAll<int>(reader));
}
