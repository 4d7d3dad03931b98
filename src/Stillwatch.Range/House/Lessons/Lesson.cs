using Stillwatch.Sketches;

namespace Stillwatch.Range.House.Lessons;

/// <summary>
/// Something that the house model is taught, with answers that are known: what it was asked, how it is worked out, and the answer. A new
/// lesson is one file, found by looking.
/// </summary>
internal abstract class Lesson
{
    private const int HeldOutOf = 10;

    /// <summary>In kebab case.</summary>
    public abstract string Name { get; }

    /// <summary>What is counted together: arithmetic, logic, recall, code, style.</summary>
    public abstract string Skill { get; }

    /// <summary>Its share of what the house teaches.</summary>
    public virtual double Share => 0;

    /// <summary>Its share of what anybody may teach.</summary>
    public virtual double PublicShare => 0;

    /// <summary>Whether one task in ten, whatever its wording, is kept for exams. False where each has to be seen to be known.</summary>
    public virtual bool HoldsOut => true;

    /// <summary>What is drawn.</summary>
    protected abstract Exercise Draw(Chance chance);

    /// <summary>Whether <paramref name="answer"/> is right.</summary>
    public virtual bool IsRight(Exercise task, string answer) =>
        answer.AsSpan().Trim().TrimEnd('.').SequenceEqual(task.Answer.AsSpan().Trim().TrimEnd('.'));

    /// <summary>One of its tasks.</summary>
    /// <param name="Prompt">What is asked.</param>
    /// <param name="Reasoning">How it is worked out; empty where there is nothing to work out.</param>
    /// <param name="Answer">The answer.</param>
    /// <param name="Beneath">What is asked beneath its wording: what is held out from teaching is held out in every wording.</param>
    public readonly record struct Exercise(string Prompt, string Reasoning, string Answer, ulong Beneath);

    /// <summary>All lessons, by name.</summary>
    public static IReadOnlyList<Lesson> All { get; } =
    [
        .. typeof(Lesson)
            .Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Lesson)) && !type.IsAbstract)
            .Select(type => (Lesson)Activator.CreateInstance(type, nonPublic: true)!)
            .OrderBy(lesson => lesson.Name, StringComparer.Ordinal),
    ];

    /// <summary>One of the lessons, by their shares.</summary>
    public static Lesson Pick(Chance chance, bool isPublic)
    {
        var at = chance.NextDouble() * All.Sum(lesson => isPublic ? lesson.PublicShare : lesson.Share);
        return All.FirstOrDefault(lesson => (at -= isPublic ? lesson.PublicShare : lesson.Share) < 0)
            ?? All.Last(lesson => (isPublic ? lesson.PublicShare : lesson.Share) > 0);
    }

    /// <summary>A task for teaching, or one for an exam.</summary>
    public Exercise Draw(Chance chance, bool exam)
    {
        while (true)
        {
            var task = Draw(chance);
            if (!HoldsOut || KeyedHash.Mix(task.Beneath) % HeldOutOf == 0 == exam)
            {
                return task;
            }
        }
    }
}
