namespace Stillwatch.Range.Texts;

/// <summary>
/// The families of tasks. Each draws from its grammar, so that seed sets of any size can be had, and each knows the answer, worked out as
/// it is asked.
/// </summary>
internal static class SeedTasks
{
    private static readonly string[] Weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    private static readonly string[] Labels = ["complaint", "question", "praise", "cancellation", "other"];

    /// <summary>All families.</summary>
    public static IReadOnlyList<TaskFamily> All { get; } =
    [
        new("open", "language", Open),
        new("open", "language", Open),
        new("open", "language", Open),
        new("open", "judgement", Open), // most of what is asked has no single answer
        new("shopping", "reasoning", Shopping),
        new("journey", "reasoning", Journey),
        new("percentage", "reasoning", Percentage),
        new("equation", "reasoning", Equation),
        new("sequence", "reasoning", Sequence),
        new("weekday", "reasoning", Weekday),
        new("ordering", "reasoning", Ordering),
        new("mixture", "reasoning", Mixture),
        new("sorting", "language", Sorting),
        new("letters", "language", Letters),
        new("list-function", "code", ListFunction),
        new("program-output", "code", ProgramOutput),
        new("query", "code", Query),
        new("extraction", "language", Extraction),
        new("labelling", "judgement", Labelling),
        new("call-plan", "tools", CallPlan),
    ];

    /// <summary>Writes the task that the filling's chance draws.</summary>
    public static TaskFamily Write(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer)
    {
        var family = with.Lexicon == Lexicon.English ? with.Chance.Pick(All) : All[0];
        family.Write(with, prompt, reasoning, answer);
        return family;
    }

    private static void Open(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer)
    {
        with.Write("task", prompt);
        with.Prose(with.Chance.Next(60, 300), reasoning);
        with.Prose(with.Chance.Next(200, 1400), answer);
    }

    private static void Shopping(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer)
    {
        var (count, price, more, other) = (
            with.Chance.Next(2, 20),
            with.Chance.Next(3, 90),
            with.Chance.Next(2, 12),
            with.Chance.Next(2, 60)
        );
        var who = with.Chance.Pick(with.Lexicon.Names);
        switch (with.Chance.Next(3))
        {
            case 0:
                prompt.Add(who).Add(" buys ").Add(count).Add(" "u8);
                with.Fill(Slot.Noun, prompt);
                prompt.Add("s at ").Add(price).Add(" dollars each and ").Add(more).Add(" "u8);
                with.Fill(Slot.Noun2, prompt);
                prompt.Add("s at ").Add(other).Add(" dollars each. How much is that in all?");
                break;
            case 1:
                prompt
                    .Add("What does ")
                    .Add(who)
                    .Add(" pay for ")
                    .Add(count)
                    .Add(" items at ")
                    .Add(price)
                    .Add(" dollars and ")
                    .Add(more)
                    .Add(" items at ")
                    .Add(other)
                    .Add(" dollars?");
                break;
            default:
                prompt
                    .Add("An invoice lists ")
                    .Add(count)
                    .Add(" times ")
                    .Add(price)
                    .Add(" and ")
                    .Add(more)
                    .Add(" times ")
                    .Add(other)
                    .Add(" dollars for ");
                with.Fill(Slot.Noun, prompt);
                prompt.Add("s. Compute the total.");
                break;
        }

        reasoning
            .Add(count)
            .Add(" × ")
            .Add(price)
            .Add(" = ")
            .Add(count * price)
            .Add(". ")
            .Add(more)
            .Add(" × ")
            .Add(other)
            .Add(" = ")
            .Add(more * other)
            .Add(". Together: ")
            .Add(count * price)
            .Add(" + ")
            .Add(more * other)
            .Add(" = ")
            .Add(count * price + more * other)
            .Add(".");
        answer.Add(count * price + more * other).Add(" dollars.");
    }

    private static void Journey(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer)
    {
        var (speed, hours, rest) = (with.Chance.Next(3, 130), with.Chance.Next(2, 9), with.Chance.Next(5, 55));
        prompt
            .Add(with.Chance.Pick(with.Lexicon.Names))
            .Add(with.Chance.Is(0.5) ? " travels from " : " leaves for work from ")
            .Add(with.Chance.Pick(with.Lexicon.Cities))
            .Add(" at ")
            .Add(speed)
            .Add(" kilometres an hour for ")
            .Add(hours)
            .Add(" hours and then covers another ")
            .Add(rest)
            .Add(" kilometres. How far is the whole way?");
        reasoning
            .Add(speed)
            .Add(" × ")
            .Add(hours)
            .Add(" = ")
            .Add(speed * hours)
            .Add(", plus ")
            .Add(rest)
            .Add(" gives ")
            .Add(speed * hours + rest)
            .Add(".");
        answer.Add(speed * hours + rest).Add(" kilometres.");
    }

    private static void Percentage(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer)
    {
        var (whole, share) = (with.Chance.Next(2, 400) * 20, with.Chance.Next(1, 19) * 5);
        var part = whole * share / 100;
        prompt.Add("Of ").Add(whole).Add(" "u8);
        with.Fill(Slot.Noun, prompt);
        prompt.Add("s ").Add(share).Add(" percent are ");
        with.Fill(Slot.Adjective, prompt);
        prompt.Add(with.Chance.Is(0.5) ? ". How many are not?" : ". How many are left if those are taken away?");
        reasoning
            .Add(share)
            .Add(" percent of ")
            .Add(whole)
            .Add(" is ")
            .Add(part)
            .Add("; ")
            .Add(whole)
            .Add(" − ")
            .Add(part)
            .Add(" = ")
            .Add(whole - part)
            .Add(".");
        answer.Add(whole - part).Add(".");
    }

    private static void Equation(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer)
    {
        var (x, a, b) = (with.Chance.Next(-20, 60), with.Chance.Next(2, 19), with.Chance.Next(-50, 90));
        prompt
            .Add(with.Chance.Is(0.5) ? "Solve for x: " : "Find x such that ")
            .Add(a)
            .Add("x + ")
            .Add(b)
            .Add(" = ")
            .Add(a * x + b)
            .Add(".");
        reasoning.Add("Subtract ").Add(b).Add(": ").Add(a).Add("x = ").Add(a * x).Add(". Divide by ").Add(a).Add(": x = ").Add(x).Add(".");
        answer.Add("x = ").Add(x).Add(".");
    }

    private static void Sequence(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer)
    {
        var (first, step, growth) = (with.Chance.Next(1, 40), with.Chance.Next(2, 15), with.Chance.Next(0, 4));
        prompt.Add(with.Chance.Is(0.5) ? "What number comes next: " : "Continue the sequence by one: ");
        var (value, by) = (first, step);
        for (var i = 0; i < 5; i++)
        {
            prompt.Add(value).Add(i < 4 ? ", "u8 : "?"u8);
            value += by;
            by += growth;
        }

        reasoning
            .Add("The differences begin at ")
            .Add(step)
            .Add(" and grow by ")
            .Add(growth)
            .Add(" each time, so the next one is ")
            .Add(by - growth)
            .Add(".");
        answer.Add(value).Add(".");
    }

    private static void Weekday(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer)
    {
        var (today, days) = (with.Chance.Next(7), with.Chance.Next(8, 400));
        prompt.Add("Today is ").Add(Weekdays[today]).Add(". Which day of the week is it in ").Add(days).Add(" days");
        if (with.Chance.Is(0.5))
        {
            prompt.Add(", when the ");
            with.Fill(Slot.Noun, prompt);
            prompt.Add(" is due");
        }

        prompt.Add("?");
        reasoning
            .Add(days)
            .Add(" = 7 × ")
            .Add(days / 7)
            .Add(" + ")
            .Add(days % 7)
            .Add(", so it is ")
            .Add(days % 7)
            .Add(" days after ")
            .Add(Weekdays[today])
            .Add(".");
        answer.Add(Weekdays[(today + days) % 7]).Add(".");
    }

    private static void Ordering(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer)
    {
        var names = with.Lexicon.Names;
        var first = with.Chance.Next(names.Length);
        var (a, b, c, d) = (
            names[first],
            names[(first + 3) % names.Length],
            names[(first + 7) % names.Length],
            names[(first + 11) % names.Length]
        );
        prompt.Add(b).Add(" has more ");
        with.Fill(Slot.Noun, prompt);
        prompt
            .Add("s than ")
            .Add(c)
            .Add(" but fewer than ")
            .Add(a)
            .Add(". ")
            .Add(d)
            .Add(" has fewer than ")
            .Add(c)
            .Add(". Who has the ")
            .Add(with.Chance.Is(0.5) ? "second most?" : "second most, and how do you know?");
        reasoning.Add(a).Add(" > ").Add(b).Add(" > ").Add(c).Add(" > ").Add(d).Add(".");
        answer.Add(b).Add(".");
    }

    private static void Mixture(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer)
    {
        var (red, blue) = (with.Chance.Next(2, 12), with.Chance.Next(2, 12));
        prompt.Add("A box holds ").Add(red).Add(" "u8);
        with.Fill(Slot.Adjective, prompt);
        prompt.Add(" and ").Add(blue).Add(" ordinary ");
        with.Fill(Slot.Noun, prompt);
        prompt.Add("s. Two are taken without putting the first one back. What is the probability that both are ordinary?");
        reasoning
            .Add("First: ")
            .Add(blue)
            .Add("/")
            .Add(red + blue)
            .Add(". Second: ")
            .Add(blue - 1)
            .Add("/")
            .Add(red + blue - 1)
            .Add(". Multiply.");
        answer.Add(blue * (blue - 1)).Add("/").Add((red + blue) * (red + blue - 1)).Add(".");
    }

    private static void Sorting(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer)
    {
        var words = new string[5];
        var from = with.Chance.Next(with.Domain.Nouns.Length);
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = with.Domain.Nouns[(from + i * 3) % with.Domain.Nouns.Length];
        }

        prompt
            .Add(with.Chance.Is(0.5) ? "Sort these alphabetically: " : "Put into alphabetical order: ")
            .Add(string.Join(", ", words))
            .Add(".");
        Array.Sort(words, StringComparer.Ordinal);
        reasoning.Add("Compare first letters, then second ones.");
        answer.Add(string.Join(", ", words)).Add(".");
    }

    private static void Letters(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer)
    {
        var word = with.Chance.Pick(with.Domain.Nouns);
        if (with.Chance.Is(0.5))
        {
            prompt.Add("Write the word \"").Add(word).Add("\" backwards.");
            answer.Add(new string([.. word.Reverse()]));
        }
        else
        {
            var letter = word[with.Chance.Next(word.Length)];
            prompt.Add("How many times does the letter \"").Add(letter.ToString()).Add("\" occur in \"").Add(word).Add("\"?");
            answer.Add(word.Count(one => one == letter)).Add(".");
        }

        reasoning.Add(string.Join(" - ", word.AsEnumerable()));
    }

    private static void ListFunction(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer)
    {
        var language = with.Chance.Pick(with.Lexicon.Codes);
        var keep = with.Chance.Pick<(string Says, string Code)>([
            ("even", "x % 2 == 0"),
            ("odd", "x % 2 == 1"),
            ("positive", "x > 0"),
            ("above the mean", "x > sum(xs) / len(xs)"),
            ("unique", "xs.count(x) == 1"),
        ]);
        var then = with.Chance.Pick<(string Says, string Code)>([
            ("squared", "x * x"),
            ("doubled", "2 * x"),
            ("as text", "str(x)"),
            ("negated", "-x"),
            ("increased by one", "x + 1"),
        ]);
        var at = with.Chance.Next(2, 12);
        prompt.Add("Write a function in ").Add(language).Add(" that takes a list of ");
        with.Fill(Slot.Noun, prompt);
        prompt
            .Add(" numbers and returns those that are ")
            .Add(keep.Says)
            .Add(", ")
            .Add(then.Says)
            .Add(", at most ")
            .Add(at)
            .Add(" of them")
            .Add(with.Chance.Is(0.4) ? ", with two tests." : ".");
        reasoning.Add("Filter first, then map, then cut to ").Add(at).Add(".");
        answer.Add("def pick(xs):\n    return [").Add(then.Code).Add(" for x in xs if ").Add(keep.Code).Add("][:").Add(at).Add("]\n");
    }

    private static void ProgramOutput(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer)
    {
        var (from, to, step) = (with.Chance.Next(0, 9), with.Chance.Next(12, 40), with.Chance.Next(2, 6));
        var total = 0;
        for (var i = from; i < to; i += step)
        {
            total += i;
            reasoning.Add(i).Add(" "u8);
        }

        prompt
            .Add("What does this print?\n\ntotal = 0\nfor i in range(")
            .Add(from)
            .Add(", ")
            .Add(to)
            .Add(", ")
            .Add(step)
            .Add("):\n    total += i\nprint(total)");
        answer.Add(total);
    }

    private static void Query(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer)
    {
        var limit = with.Chance.Next(2, 30);
        prompt.Add("Given a table `");
        with.Fill(Slot.Noun, prompt);
        prompt.Add("` with the columns id, ");
        with.Fill(Slot.Noun2, prompt);
        prompt
            .Add(" and price, write a SQL query for the ")
            .Add(limit)
            .Add(" rows with the ")
            .Add(with.Chance.Is(0.5) ? "highest" : "lowest")
            .Add(" price for each ");
        with.Fill(Slot.Noun2, prompt);
        prompt.Add(".");
        reasoning.Add("Rank inside each group with a window function, then keep the first ").Add(limit).Add(".");
        answer
            .Add("select * from (select *, row_number() over (partition by grp order by price) as place from t) where place <= ")
            .Add(limit)
            .Add(";");
    }

    private static void Extraction(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer)
    {
        var (who, city, price) = (with.Chance.Pick(with.Lexicon.Names), with.Chance.Pick(with.Lexicon.Cities), with.Chance.Next(5, 900));
        prompt
            .Add(
                with.Chance.Is(0.5)
                    ? "Extract name, city and price as JSON: "
                    : "Return a JSON object with the fields name, city, price for this text: "
            )
            .Add("\"")
            .Add(who)
            .Add(" from ")
            .Add(city)
            .Add(" paid ")
            .Add(price)
            .Add(" dollars for the ");
        with.Fill(Slot.Adjective, prompt);
        prompt.Add(" "u8);
        with.Fill(Slot.Noun, prompt);
        prompt.Add(".\"");
        reasoning.Add("The person is ").Add(who).Add(", the place ").Add(city).Add(".");
        answer.Add("{\"name\":\"").Add(who).Add("\",\"city\":\"").Add(city).Add("\",\"price\":").Add(price).Add("}");
    }

    private static void Labelling(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer)
    {
        var label = with.Chance.Next(Labels.Length);
        prompt.Add("Which of ").Add(string.Join(", ", Labels)).Add(" describes this message best? \"");
        with.Write("support", prompt);
        prompt.Add("\"");
        reasoning.Add("The customer asks about an order.");
        answer.Add(Labels[label]);
    }

    private static void CallPlan(Filling with, Utf8Text prompt, Utf8Text reasoning, Utf8Text answer)
    {
        prompt.Add("You can call search(query), fetch(url) and calculate(expression). Plan how to find out what a ");
        with.Fill(Slot.Adjective, prompt);
        prompt.Add(" "u8);
        with.Fill(Slot.Noun, prompt);
        prompt
            .Add(" costs in ")
            .Add(with.Chance.Pick(with.Lexicon.Cities))
            .Add(" and what ")
            .Add(with.Chance.Next(2, 40))
            .Add(" of them would cost.");
        reasoning.Add("Search first, fetch the best page, multiply at the end.");
        answer.Add("search(\"price\")\nfetch(\"first result\")\ncalculate(\"n * price\")");
    }
}
