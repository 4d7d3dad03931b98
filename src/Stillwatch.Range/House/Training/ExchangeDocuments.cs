using System.Text.Json;
using Stillwatch.Range.House.Tokens;

namespace Stillwatch.Range.House.Training;

/// <summary>Exchanges with another model as lessons, drawn by chance.</summary>
internal sealed class ExchangeDocuments : IDocuments
{
    private readonly IReadOnlyList<Document> _documents;

    private ExchangeDocuments(IReadOnlyList<Document> documents) => _documents = documents;

    /// <summary>Reads them.</summary>
    /// <param name="path">A file with an exchange a line: <c>prompt</c>, <c>reasoning</c>, <c>answer</c>, and <c>likely</c>, where
    /// log-probabilities were handed out.</param>
    /// <param name="tokenizer">The student's.</param>
    /// <exception cref="InvalidDataException">It holds none, or a line is no exchange.</exception>
    public static ExchangeDocuments Read(string path, HouseTokenizer tokenizer)
    {
        List<Document> documents = [];
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            try
            {
                documents.Add(Of(JsonSerializer.Deserialize<CollectedExchange>(line, CollectedExchange.Form)!, tokenizer));
            }
            catch (JsonException fault)
            {
                throw new InvalidDataException($"{path}:{number}: this is no exchange ({fault.Message})", fault);
            }
        }

        return documents.Count > 0 ? new(documents) : throw new InvalidDataException($"{path}: there are no exchanges in it");
    }

    /// <inheritdoc/>
    public IEnumerable<Document> Of(ulong seed, int step)
    {
        // By chance with replacement: with one seed, a step's documents do not depend on how much the steps before it read.
        var chance = new Chance().Begin(Chance.Seed(seed, (ulong)step));
        while (true)
        {
            yield return chance.Pick(_documents);
        }
    }

    private static Document Of(CollectedExchange exchange, HouseTokenizer tokenizer)
    {
        var conversation = new Conversation(tokenizer);
        var taught = conversation.User(exchange.Prompt).Ask().Tokens.Count;
        var tokens = conversation.Answer(exchange.Reasoning ?? "", exchange.Answer).Tokens;
        return new Document(tokens, taught, exchange.Likely == null ? null : Align(exchange.Likely, tokens, taught, tokenizer));
    }

    /// <summary>The teacher's likely tokens belong to its answer's tokens, which are the last ones before the end.</summary>
    private static (int, float)[][] Align(
        IReadOnlyList<CollectedToken> likely,
        IReadOnlyList<int> tokens,
        int taught,
        HouseTokenizer tokenizer
    )
    {
        var aligned = Enumerable.Repeat(Array.Empty<(int, float)>(), tokens.Count - taught).ToArray();
        var from = tokens.Count - 1 - likely.Count;
        for (var i = 0; i < likely.Count && from >= taught; i++)
        {
            if (tokenizer.BytesOf(tokens[from + i]).SequenceEqual(likely[i].Bytes))
            {
                aligned[from + i - taught] =
                [
                    .. likely[i].Top.Select(top => (Id: tokenizer.Find(top.Bytes), top.LogProbability)).Where(top => top.Id >= 0),
                ];
            }
        }

        return aligned;
    }
}
