namespace Stillwatch.Range.House.Lessons;

/// <summary>Sums and products of single digits, known by heart.</summary>
internal sealed class SingleDigits : Lesson
{
    /// <inheritdoc/>
    public override string Name => "single-digits";

    /// <inheritdoc/>
    public override string Skill => "single-digits";

    /// <inheritdoc/>
    public override double PublicShare => 0.2;

    /// <inheritdoc/>
    public override bool HoldsOut => false;

    /// <inheritdoc/>
    protected override Exercise Draw(Chance chance)
    {
        var (a, b, times) = (chance.Next(10), chance.Next(10), chance.Is(0.5));
        return new Exercise($"What is {a} {(times ? "times" : "plus")} {b}?", "", $"{(times ? a * b : a + b)}", (ulong)(a * 10 + b));
    }
}
