using Stillwatch.Exchanges;
using Stillwatch.Range.Texts;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Customers;

/// <summary>
/// Conversations: a first question, then follow-ups, corrections and thanks, each request with all that was said before it.
/// </summary>
internal static class Talk
{
    private const double MeanOfLogTokens = 5.02,
        DeviationOfLogTokens = 0.86; // answers of the Azure 2023 conversation trace: log-normal, median 151 tokens

    /// <summary>Writes the request of turn <paramref name="turn"/> of the conversation <paramref name="seed"/>.</summary>
    public static void Write(in Persona persona, ulong seed, int turn, Letter letter)
    {
        var domain = Begin(persona, seed, letter);
        for (var at = 0; ; at++)
        {
            letter.Chance.Begin(Chance.Seed(seed, (ulong)at));
            letter.With.Begin(persona.Lexicon, domain, persona.Own, persona.Turned);
            letter.Say();
            letter.Answer.Cut();
            if (at == 0)
            {
                First(persona, letter);
            }
            else
            {
                Next(letter);
            }

            Style(persona, letter);
            letter.End(TextRole.User);
            letter.OutputTokens = (int)Math.Clamp(letter.Chance.LogNormal(MeanOfLogTokens, DeviationOfLogTokens), 3, 4000);
            letter.AnswerSeed = Chance.Seed(seed, (ulong)at + 1_000);
            if (at == turn)
            {
                return;
            }

            letter.Say().Add(letter.Answer.Span);
            letter.Complete(letter.AnswerSeed, letter.OutputTokens, letter.Text, letter.Begun);
            letter.End(TextRole.Assistant);
        }
    }

    /// <summary>How many turns a conversation has: mostly one, seldom more than six.</summary>
    public static int Turns(Chance chance)
    {
        var turns = 1;
        while (turns < 12 && chance.Is(0.42))
        {
            turns++;
        }

        return turns;
    }

    /// <summary>Makes small letters of capitals.</summary>
    public static void LowerCase(Span<byte> said)
    {
        foreach (ref var letter in said)
        {
            letter = char.IsAsciiLetterUpper((char)letter) ? (byte)(letter | 0x20) : letter;
        }
    }

    private static Domain Begin(in Persona persona, ulong seed, Letter letter)
    {
        letter.Chance.Begin(Chance.Seed(seed, 99));
        return letter.Chance.NextDouble() switch
        {
            < 0.62 => persona.First,
            < 0.88 => persona.Second,
            _ => letter.Chance.Pick(persona.Lexicon.Domains),
        };
    }

    private static void First(in Persona persona, Letter letter)
    {
        if (letter.Chance.Is(persona.Polite))
        {
            letter.With.Write("polite", letter.Text);
        }

        if (letter.Chance.Is(persona.Tasks))
        {
            letter.Aside.Cut();
            SeedTasks.Write(letter.With, letter.Text, letter.Aside, letter.Answer);
            if (letter.Chance.Is(0.25))
            {
                letter.Text.Add(" "u8).Add(letter.Chance.Pick(Steps.All));
            }
        }
        else if (letter.Chance.Is(persona.Pastes / 2))
        {
            letter.Text.Add(letter.Chance.Pick(Jobs.All));
            letter.With.Prose((int)Math.Clamp(letter.Chance.LogNormal(6.4, 0.8), 100, 8_000), letter.Text);
            return;
        }
        else
        {
            letter.With.Write("question", letter.Text);
        }

        if (letter.Chance.Is(persona.Pastes))
        {
            letter.Text.Add("\n\n"u8);
            letter.With.Prose((int)Math.Clamp(letter.Chance.LogNormal(6.6, 0.9), 100, 12_000), letter.Text);
        }
        else if (letter.Chance.Is(persona.Polite))
        {
            letter.With.Write("thanks", letter.Text);
        }
    }

    private static void Next(Letter letter) => letter.With.Write(letter.Chance.Is(0.2) ? "correction" : "followup", letter.Text);

    /// <summary>Small letters, and a slip of the finger.</summary>
    private static void Style(in Persona persona, Letter letter)
    {
        var said = letter.Text.Writable[letter.Begun..];
        if (persona.LowerCase)
        {
            LowerCase(said);
        }

        if (said.Length > 12 && letter.Chance.Is(persona.Typos))
        {
            var at = letter.Chance.Next(1, said.Length - 2);
            if (char.IsAsciiLetter((char)said[at]) && char.IsAsciiLetter((char)said[at + 1]))
            {
                (said[at], said[at + 1]) = (said[at + 1], said[at]);
            }
        }
    }
}
