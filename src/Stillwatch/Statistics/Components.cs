namespace Stillwatch.Statistics;

/// <summary>The connected components of a graph of numbers.</summary>
internal static class Components
{
    /// <summary>The components, each with its numbers, in the order in which <paramref name="numbers"/> first come to them.</summary>
    /// <param name="numbers">The numbers, each once.</param>
    /// <param name="pairs">Pairs of them that are connected.</param>
    public static IEnumerable<IGrouping<int, int>> Of(IReadOnlyCollection<int> numbers, IEnumerable<(int First, int Second)> pairs)
    {
        var towards = numbers.ToDictionary(number => number);
        int Root(int number)
        {
            while (towards[number] != number)
            {
                number = towards[number] = towards[towards[number]];
            }

            return number;
        }

        foreach (var (first, second) in pairs)
        {
            towards[Root(first)] = Root(second);
        }

        return numbers.GroupBy(Root);
    }
}
