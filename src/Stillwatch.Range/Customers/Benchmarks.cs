using Stillwatch.Exchanges;
using Stillwatch.Range.Texts;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Customers;

/// <summary>
/// Public benchmarks: lists of items that anybody can have, each with its own way to ask. Whoever runs one asks the very same questions as
/// everybody else who does.
/// </summary>
internal static class Benchmarks
{
    /// <summary>How many there are.</summary>
    public const int Count = 14;

    private static readonly string[] Ways =
    [
        "The following are multiple choice questions (with answers) about {0}.\n\n",
        "Answer the question. Think step by step and end with \"The answer is\".\n\n",
        "Question: ",
        "",
        "Solve the problem. Show your reasoning, then give the final answer on its own line.\n\n",
        "You are given a task. Complete it.\n\n",
        "Q: ",
    ];

    /// <summary>How many items benchmark number <paramref name="benchmark"/> has.</summary>
    public static int Items(int benchmark) => (int)(Chance.Seed(0xbe7c, (ulong)benchmark) % 1_400) + 120;

    /// <summary>Writes an item as its harness asks it.</summary>
    public static void Write(int benchmark, int item, Letter letter)
    {
        var way = Ways[benchmark % Ways.Length];
        letter.Chance.Begin(Chance.Seed(0xf1e1d, (ulong)benchmark));
        var domain = letter.Chance.Pick(Lexicon.English.Domains);
        letter.Say().Add(way.Replace("{0}", domain.Name, StringComparison.Ordinal));
        for (var shot = 0; shot < benchmark % 4; shot++)
        {
            letter.Chance.Begin(Chance.Seed(0x5407, (ulong)(benchmark * 10 + shot)));
            letter.With.Begin(Lexicon.English, letter.Chance.Pick(Lexicon.English.Domains));
            letter.Answer.Cut();
            letter.Aside.Cut();
            SeedTasks.Write(letter.With, letter.Text, letter.Aside, letter.Answer);
            letter.Text.Add("\nAnswer: ").Add(letter.Answer.Span[..Math.Min(120, letter.Answer.Length)]).Add("\n\n"u8);
        }

        letter.Chance.Begin(Chance.Seed(Chance.Seed(0x17e7, (ulong)benchmark), (ulong)item));
        letter.With.Begin(Lexicon.English, letter.Chance.Pick(Lexicon.English.Domains));
        letter.Answer.Cut();
        letter.Aside.Cut();
        SeedTasks.Write(letter.With, letter.Text, letter.Aside, letter.Answer);
        if (benchmark % 4 > 0)
        {
            letter.Text.Add("\nAnswer:"u8);
        }

        letter.End(TextRole.User);
        letter.OutputTokens = benchmark % 7 is 1 or 4 ? letter.Chance.Next(80, 500) : letter.Chance.Next(1, 40);
        letter.AnswerSeed = letter.Chance.Bits();
    }
}
