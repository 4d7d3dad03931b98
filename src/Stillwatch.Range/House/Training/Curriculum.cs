using System.Security.Cryptography;
using System.Text;
using Stillwatch.Range.House.Lessons;
using Stillwatch.Range.House.Tokens;

namespace Stillwatch.Range.House.Training;

/// <summary>Lessons by their shares, as conversations: some with an operator's word first, some with an earlier turn.</summary>
/// <param name="tokenizer">The model's.</param>
/// <param name="isPublic">What anybody may teach; else what the house teaches.</param>
internal sealed class Curriculum(HouseTokenizer tokenizer, bool isPublic) : IDocuments
{
    private const int OfDigest = 2_000; // documents

    private const double WithSystem = 0.08,
        WithEarlierTurn = 0.08;
    private static readonly string[] Systems =
    [
        "You are a helpful assistant.",
        "Answer briefly.",
        "You are a friendly assistant.",
        "Be precise.",
    ];

    /// <summary>What the lessons are: they change it, whatever is changed of them.</summary>
    public static string Digest { get; } =
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Texts(1, OfDigest)))))[..16];

    /// <inheritdoc/>
    public IEnumerable<Document> Of(ulong seed, int step)
    {
        var chance = new Chance().Begin(Chance.Seed(seed, (ulong)step));
        while (true)
        {
            yield return Draw(chance);
        }
    }

    /// <summary>The texts of <paramref name="count"/> documents: what a tokenizer is made for.</summary>
    public static IEnumerable<string> Texts(ulong seed, int count)
    {
        var chance = new Chance().Begin(seed);
        for (var i = 0; i < count; i++)
        {
            foreach (var isPublic in (bool[])[false, true])
            {
                var task = Lesson.Pick(chance, isPublic).Draw(chance, exam: false);
                yield return $" {task.Prompt}\n {task.Reasoning}\n {task.Answer}";
            }
        }
    }

    private Document Draw(Chance chance)
    {
        var conversation = new Conversation(tokenizer);
        if (chance.Is(WithSystem))
        {
            conversation.System(chance.Pick(Systems));
        }

        if (chance.Is(WithEarlierTurn))
        {
            var earlier = Lesson.Pick(chance, isPublic).Draw(chance, exam: false);
            conversation.User(earlier.Prompt).Assistant(earlier.Answer);
        }

        var task = Lesson.Pick(chance, isPublic).Draw(chance, exam: false);
        var taught = conversation.User(task.Prompt).Ask().Tokens.Count;
        return new Document(conversation.Answer(task.Reasoning, task.Answer).Tokens, taught);
    }
}
