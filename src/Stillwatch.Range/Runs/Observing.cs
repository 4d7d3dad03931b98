using System.Collections.Concurrent;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Runs;

/// <summary>Acts into something else, block by block on all cores, in order.</summary>
internal static class Observing
{
    private const int Block = 1024,
        Ahead = 24;

    /// <summary>Works on acts.</summary>
    /// <param name="hours">The acts, hour by hour.</param>
    /// <param name="scribes">Makes a scribe for a worker.</param>
    /// <param name="work">Makes something of a block.</param>
    /// <param name="lag">How many hours the reader may be behind the planning; 0 where planning needs to know what came of the hour
    /// before.</param>
    /// <param name="take">Takes what was made, in order, on the caller's thread; with the hour that it is of.</param>
    /// <param name="ended">Told each hour that was handed out; without lag, that was taken whole.</param>
    /// <param name="cancel">Tells it to stop.</param>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public static void Run<TMade>(
        IEnumerable<(long From, List<Act> Acts)> hours,
        Func<Scribe> scribes,
        Func<Scribe, ArraySegment<Act>, TMade> work,
        bool lag,
        Action<TMade> take,
        Action<long> ended,
        CancellationToken cancel = default
    )
    {
        var idle = new ConcurrentBag<Scribe>();
        var queue = new Queue<Task<TMade>>();
        foreach (var (from, acts) in hours)
        {
            for (var at = 0; at < acts.Count; at += Block)
            {
                cancel.ThrowIfCancellationRequested();
                var block = acts.GetRange(at, Math.Min(Block, acts.Count - at)).ToArray();
                while (queue.Count >= Ahead)
                {
                    take(queue.Dequeue().GetAwaiter().GetResult());
                }

                queue.Enqueue(
                    Task.Run(() =>
                    {
                        if (!idle.TryTake(out var scribe))
                        {
                            scribe = scribes();
                        }

                        try
                        {
                            return work(scribe, block);
                        }
                        finally
                        {
                            idle.Add(scribe);
                        }
                    })
                );
            }

            if (!lag)
            {
                Drain(queue, take);
            }

            ended(from);
        }

        Drain(queue, take);
        foreach (var scribe in idle)
        {
            scribe.Dispose();
        }
    }

    private static void Drain<TMade>(Queue<Task<TMade>> queue, Action<TMade> take)
    {
        while (queue.TryDequeue(out var made))
        {
            take(made.GetAwaiter().GetResult());
        }
    }
}
