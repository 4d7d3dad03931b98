namespace Stillwatch.Statistics;

/// <summary>Searches in sorted values.</summary>
internal static class Sorted
{
    /// <summary>
    /// The first place in <paramref name="ascending"/> from which on there is at least <paramref name="least"/>; its length where there is
    /// nothing as high. Of equal values <see cref="Array.BinarySearch(Array, object)"/> gives any.
    /// </summary>
    public static int FirstAtLeast<T>(ReadOnlySpan<T> ascending, T least)
        where T : IComparable<T>
    {
        var (low, high) = (0, ascending.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = ascending[middle].CompareTo(least) < 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
