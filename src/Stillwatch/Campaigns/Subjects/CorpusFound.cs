using Stillwatch.Corpora;

namespace Stillwatch.Campaigns.Subjects;

/// <summary>That the accounts of a campaign deal a known corpus out among themselves.</summary>
/// <param name="Called">The corpus, in words.</param>
/// <param name="Reading">How far they do.</param>
public sealed record CorpusFound(string Called, Dealing Reading)
{
    /// <summary>In words that need no glossary.</summary>
    public string Explain() =>
        $"{Reading.Accounts:N0} accounts deal {Called} out among themselves: together they asked {Reading.Items:N0} of the "
        + $"{Reading.Tracked:N0} items that are followed, and {Reading.Shared:N0} times two of them asked one item, where accounts that "
        + $"know nothing of each other would have {Reading.Expected:N0} times";

    /// <summary>Writes it to <paramref name="writer"/>; nothing as well.</summary>
    internal static void Save(BinaryWriter writer, CorpusFound? found)
    {
        writer.Write(found?.Called ?? "");
        Sketches.StateIo.Put(writer, found?.Reading ?? default);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    internal static CorpusFound? Load(BinaryReader reader)
    {
        var (called, reading) = (reader.ReadString(), Sketches.StateIo.Get<Dealing>(reader));
        return called.Length == 0 ? null : new(called, reading);
    }
}
