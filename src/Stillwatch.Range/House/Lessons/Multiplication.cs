namespace Stillwatch.Range.House.Lessons;

/// <summary>Products of two numbers of two digits: two partial products, digit by digit, and their sum.</summary>
internal sealed class Multiplication : Arithmetic
{
    /// <inheritdoc/>
    public override string Name => "multiplication";

    /// <inheritdoc/>
    public override double Share => 0.17;

    /// <inheritdoc/>
    protected override char Sign => '*';

    /// <inheritdoc/>
    protected override (string, string, string) Words => ("times", "Multiply", "by");

    /// <inheritdoc/>
    protected override int Result(int a, int b) => a * b;

    /// <inheritdoc/>
    protected override string Steps(int a, int b)
    {
        var (ones, tens) = (a * (b % 10), a * (b / 10));
        var second = ones / 10 % 10 + tens % 10;
        var third = ones / 100 + tens / 10 % 10 + second / 10;
        return $"{Partial(a, b % 10)};{Partial(a, b / 10)};{ones:000}+{tens:000}0:{ones % 10},{ones / 10 % 10}+{tens % 10}={second:00},"
            + $"{ones / 100}+{tens / 10 % 10}+{second / 10}={third:00},{tens / 100}+{third / 10}={tens / 100 + third / 10}";
    }

    private static string Partial(int a, int digit)
    {
        var (low, high) = (a % 10 * digit, a / 10 * digit);
        return $"{a % 10}*{digit}={low:00},{a / 10}*{digit}={high:00}+{low / 10}={high + low / 10:00}";
    }
}
