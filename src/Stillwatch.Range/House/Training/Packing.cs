namespace Stillwatch.Range.House.Training;

/// <summary>
/// A step's documents in rows of one length: whole ones, from a few that wait, so that little room is left; what is longer than a row is
/// cut.
/// </summary>
internal sealed class Packing
{
    private const int Waiting = 24;

    /// <summary>Nothing is taught here.</summary>
    public const long Untaught = -100;

    private Packing(int rows, int length)
    {
        Inputs = new long[rows * length];
        Targets = new long[rows * length];
        Array.Fill(Targets, Untaught);
    }

    /// <summary>The tokens that are read, row by row.</summary>
    public long[] Inputs { get; }

    /// <summary>The token that shall come next at each place, or <see cref="Untaught"/>.</summary>
    public long[] Targets { get; }

    /// <summary>Where the teacher's likely tokens are known: the place, and what was likely.</summary>
    public List<(int Place, (int Token, float LogProbability)[] Likely)> Likely { get; } = [];

    /// <summary>Packs rows.</summary>
    public static Packing Of(IEnumerable<Document> documents, int rows, int length)
    {
        var packing = new Packing(rows, length);
        using var more = documents.GetEnumerator();
        List<Document> waiting = [];
        for (var row = 0; row < rows; row++)
        {
            var at = 0;
            while (at < length - 1)
            {
                while (waiting.Count < Waiting && more.MoveNext())
                {
                    waiting.Add(more.Current);
                }

                var next = waiting.FindIndex(document => document.Tokens.Count <= length - at);
                next = next < 0 && at == 0 && waiting.Count > 0 ? 0 : next;
                if (next < 0)
                {
                    break;
                }

                at = packing.Place(waiting[next], row * length, at, length);
                waiting.RemoveAt(next);
            }
        }

        return packing;
    }

    private int Place(in Document document, int row, int at, int length)
    {
        var count = Math.Min(document.Tokens.Count, length - at);
        for (var i = 0; i < count; i++, at++)
        {
            Inputs[row + at] = document.Tokens[i];
            if (i + 1 >= document.Taught && i + 1 < document.Tokens.Count)
            {
                Targets[row + at] = document.Tokens[i + 1];
                if (document.Likely?[i + 1 - document.Taught] is { Length: > 0 } likely)
                {
                    Likely.Add((row + at, likely));
                }
            }
        }

        return at;
    }
}
