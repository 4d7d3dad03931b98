namespace Stillwatch.Range.House.Lessons;

/// <summary>
/// Two numbers of two digits each, worked digit by digit as on paper: what a small model cannot do at once it can do in steps.
/// </summary>
internal abstract class Arithmetic : Lesson
{
    /// <inheritdoc/>
    public override string Skill => "arithmetic";

    /// <summary>The sign, between two numbers.</summary>
    protected abstract char Sign { get; }

    /// <summary>The sign in words, and how an order begins and joins: "Add 3 and 4".</summary>
    protected abstract (string Word, string Order, string And) Words { get; }

    /// <summary>Whether an order names the second number first: "Subtract 4 from 9".</summary>
    protected virtual bool SecondFirst => false;

    /// <summary>Whether the two numbers can change places: then neither order is taught of what is held out.</summary>
    protected virtual bool Commutes => true;

    /// <summary>How it is worked out.</summary>
    protected abstract string Steps(int a, int b);

    /// <summary>The result.</summary>
    protected abstract int Result(int a, int b);

    /// <inheritdoc/>
    protected override Exercise Draw(Chance chance)
    {
        var (a, b) = (chance.Next(10, 100), chance.Next(10, 100));
        (a, b) = SecondFirst && a < b ? (b, a) : (a, b);
        var (word, order, and) = Words;
        var prompt = chance.Next(6) switch
        {
            0 => $"What is {a} {word} {b}?",
            1 => $"What is {a}{Sign}{b}?",
            2 => $"Calculate {a}{Sign}{b}.",
            3 => $"Please work out {a} {word} {b}.",
            4 => $"{a}{Sign}{b}=?",
            _ => SecondFirst ? $"{order} {b} {and} {a}." : $"{order} {a} {and} {b}.",
        };
        return new Exercise(
            prompt,
            $"{a}{Sign}{b}:{Steps(a, b)}",
            $"{Result(a, b)}",
            (ulong)(Sign * 10_000 + (Commutes ? Math.Min(a, b) * 100 + Math.Max(a, b) : a * 100 + b))
        );
    }
}
