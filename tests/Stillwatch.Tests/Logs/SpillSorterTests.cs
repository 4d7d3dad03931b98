using Stillwatch.Logs;
using Xunit;

namespace Stillwatch.Tests.Logs;

public sealed class SpillSorterTests : IDisposable
{
    private readonly LogFolder _folder = new();
    private readonly SpillFolder _spill;

    public SpillSorterTests() => _spill = new SpillFolder(_folder.Path);

    private readonly record struct Row(long Key, int Number);

    public void Dispose()
    {
        _spill.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0, 10, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(2, 1, 1)]
    [InlineData(10, 10, 0)] // what fits never touches the disk
    [InlineData(11, 10, 1)]
    [InlineData(5_000, 100, 49)]
    [InlineData(5_000, 1_024, 4)] // runs longer than is read ahead
    [InlineData(5_000, 3_000, 1)]
    [InlineData(5_000, 100_000, 0)]
    public void Merge_WhenRecordsComeInAnyOrder_ThenAllComeOutInOrderAndRunsAreWrittenOnlyWhereTheyMustBe(int count, int capacity, int runs)
    {
        var random = new Random(count + capacity);
        var sorter = new SpillSorter<Row>(ByKey, capacity, _spill);
        var rows = Enumerable.Range(0, count).Select(i => new Row(random.NextInt64(), i)).ToList();
        foreach (var row in rows)
        {
            sorter.Add(row);
        }

        Assert.Equal((count, runs), ((int)sorter.Count, _spill.Files));
        Assert.Equal(rows.OrderBy(row => row.Key), SpillSorter<Row>.Merge([sorter], ByKey));
        Assert.Empty(Directory.GetFiles(_folder.Path)); // the runs have no name any more: whatever ends the scan leaves nothing
    }

    [Fact]
    public void Merge_WhenSeveralWorkersSorted_ThenTheirRecordsComeTogetherInOrder()
    {
        var random = new Random(8);
        var rows = Enumerable.Range(0, 20_000).Select(i => new Row(random.Next(500), i)).ToList(); // many alike
        var sorters = Enumerable.Range(0, 5).Select(i => new SpillSorter<Row>(ByKey, i == 4 ? 100_000 : 300 * (i + 1), _spill)).ToList();
        foreach (var row in rows)
        {
            sorters[random.Next(4)].Add(row); // the last has nothing
        }

        var merged = SpillSorter<Row>.Merge(sorters, ByKey).ToList();
        Assert.True(_spill.Files > 20);
        Assert.Equal(rows.Select(row => row.Key).Order(), merged.Select(row => row.Key));
        Assert.Equal(rows.Select(row => row.Number), merged.Select(row => row.Number).Order()); // none lost and none twice
    }

    [Fact]
    public void Merge_WhenThereIsNothing_ThenNothingComes()
    {
        Assert.Empty(SpillSorter<Row>.Merge([], ByKey));
        Assert.Empty(SpillSorter<Row>.Merge([new(ByKey, 10, _spill), new(ByKey, 10, _spill)], ByKey));
    }

    [Fact]
    public void Merge_WhenSpillingsComeFromManyThreads_ThenEachRunIsItsOwn()
    {
        var sorters = Enumerable.Range(0, 8).Select(_ => new SpillSorter<Row>(ByKey, 50, _spill)).ToArray();
        Parallel.For(0, 8, worker =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                sorters[worker].Add(new Row(i * 7919 % 2_000, worker));
            }
        });
        var merged = SpillSorter<Row>.Merge(sorters, ByKey).ToList();
        Assert.Equal(8 * 39, _spill.Files);
        Assert.Equal(Enumerable.Range(0, 16_000).Select(i => i / 8L), merged.Select(row => row.Key));
        Assert.All(merged.CountBy(row => row.Number), worker => Assert.Equal(2_000, worker.Value));
    }

    private static int ByKey(in Row a, in Row b) => a.Key.CompareTo(b.Key);
}
