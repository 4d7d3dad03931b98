using System.Runtime.InteropServices;

namespace Stillwatch.Logs;

/// <summary>
/// Sorts more records than fit into memory: full buffers are sorted and written to a temporary folder as runs, which are merged when read.
/// What fits into one buffer never touches the disk. Not thread-safe; several sorters of one kind are merged by <see cref="Merge"/>.
/// </summary>
/// <typeparam name="T">A record of fixed size.</typeparam>
/// <param name="compare">The order; records that compare equal come in no promised order.</param>
/// <param name="capacity">Records held in memory.</param>
/// <param name="folder">Where runs are written.</param>
internal sealed class SpillSorter<T>(SpillSorter<T>.Comparison compare, int capacity, SpillFolder folder)
    where T : unmanaged
{
    private const int ReadAhead = 512; // records read of a run at a time

    private readonly List<FileStream> _runs = [];
    private T[] _held = new T[Math.Min(capacity, 1024)];
    private int _count;

    /// <summary>How many records were added.</summary>
    public long Count { get; private set; }

    /// <summary>An order of records.</summary>
    public delegate int Comparison(in T a, in T b);

    /// <summary>Adds a record.</summary>
    public void Add(in T record)
    {
        if (_count == _held.Length)
        {
            if (_count == capacity)
            {
                Spill();
            }
            else
            {
                Array.Resize(ref _held, Math.Min(capacity, _held.Length * 2));
            }
        }

        _held[_count++] = record;
        Count++;
    }

    /// <summary>All records of <paramref name="sorters"/> in order. The sorters are used up.</summary>
    public static IEnumerable<T> Merge(IReadOnlyList<SpillSorter<T>> sorters, Comparison compare)
    {
        List<IEnumerator<T>> sources = [];
        foreach (var sorter in sorters)
        {
            sources.Add(sorter.Held().GetEnumerator());
            sources.AddRange(sorter._runs.Select(run => ReadRun(run).GetEnumerator()));
        }

        sources.RemoveAll(source => !source.MoveNext());
        return sources.Count == 1 ? Rest(sources[0]) : MergeSources(sources, compare);
    }

    private static IEnumerable<T> Rest(IEnumerator<T> source)
    {
        using (source)
        {
            do
            {
                yield return source.Current;
            } while (source.MoveNext());
        }
    }

    private static IEnumerable<T> MergeSources(List<IEnumerator<T>> sources, Comparison compare)
    {
        var queue = new PriorityQueue<IEnumerator<T>, T>(Comparer<T>.Create((a, b) => compare(a, b)));
        foreach (var source in sources)
        {
            queue.Enqueue(source, source.Current);
        }

        while (queue.TryPeek(out var source, out var record))
        {
            yield return record;
            if (source.MoveNext())
            {
                queue.DequeueEnqueue(source, source.Current);
            }
            else
            {
                queue.Dequeue().Dispose();
            }
        }
    }

    private IEnumerable<T> Held()
    {
        var order = Order();
        for (var i = 0; i < order.Length; i++)
        {
            yield return _held[order[i]];
        }
    }

    private int[] Order()
    {
        var order = new int[_count];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        var held = _held;
        order.AsSpan().Sort((a, b) => compare(held[a], held[b]));
        return order;
    }

    private void Spill()
    {
        var run = folder.NewRun();
        foreach (var at in Order())
        {
            run.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in _held[at])));
        }

        run.Flush();
        _runs.Add(run);
        _count = 0;
    }

    private static IEnumerable<T> ReadRun(FileStream run)
    {
        var records = new T[ReadAhead];
        for (var at = 0L; ; )
        {
            var bytes = MemoryMarshal.AsBytes(records.AsSpan());
            var read = 0;
            while (read < bytes.Length && RandomAccess.Read(run.SafeFileHandle, bytes[read..], at + read) is > 0 and var more)
            {
                read += more;
            }

            at += read;
            var count = read / MemoryMarshal.AsBytes(records.AsSpan(0, 1)).Length;
            for (var i = 0; i < count; i++)
            {
                yield return records[i];
            }

            if (count < records.Length)
            {
                yield break;
            }
        }
    }
}
