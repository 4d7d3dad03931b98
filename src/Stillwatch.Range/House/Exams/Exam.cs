using Stillwatch.Range.House.Decoding;
using Stillwatch.Range.House.Lessons;
using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Tokens;

namespace Stillwatch.Range.House.Exams;

/// <summary>Asks a model what it was not taught in those words, and counts what is right to the letter.</summary>
internal static class Exam
{
    /// <summary>By lesson, how many of <paramref name="count"/> answers are right, taking the likeliest token each time.</summary>
    /// <param name="model">The model.</param>
    /// <param name="lessons">The lessons.</param>
    /// <param name="count">How many tasks of each.</param>
    /// <param name="seed">What the tasks are drawn from.</param>
    /// <param name="threads">Threads that share the arithmetic.</param>
    /// <param name="cancel">Tells it to stop.</param>
    public static async Task<IReadOnlyDictionary<string, int>> TakeAsync(
        HouseModel model,
        IEnumerable<Lesson> lessons,
        int count,
        ulong seed,
        int threads,
        CancellationToken cancel
    )
    {
        using var decoder = new BatchDecoder(new Transformer(model), threads);
        var marks = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var lesson in lessons)
        {
            var chance = new Chance().Begin(Chance.Seed(seed, 1));
            var tasks = Enumerable.Range(0, count).Select(_ => lesson.Draw(chance, exam: lesson.HoldsOut)).ToList();
            var answers = await Task.WhenAll(tasks.Select(task => AnswerAsync(model, decoder, task.Prompt, cancel)));
            marks[lesson.Name] = tasks.Zip(answers, lesson.IsRight).Count(right => right);
        }

        return marks;
    }

    private static async Task<string> AnswerAsync(HouseModel model, BatchDecoder decoder, string prompt, CancellationToken cancel)
    {
        var tokens = new Conversation(model.Tokenizer).User(prompt).Ask().Tokens;
        var generation = new Generation(
            tokens,
            model.Shape.Context - tokens.Count,
            new Sampling(Temperature: 0),
            Sampler.Plain,
            Special.Ends
        );
        decoder.Begin(generation);
        var (text, answer) = (new AnswerText(model.Tokenizer, []), new System.Text.StringBuilder());
        await foreach (var token in generation.Tokens.ReadAllAsync(cancel))
        {
            answer.Append(text.Add(token) is { Reasoning: false } piece ? piece.Text : "");
        }

        return answer.Append(text.End() is { Reasoning: false } rest ? rest.Text : "").ToString();
    }
}
