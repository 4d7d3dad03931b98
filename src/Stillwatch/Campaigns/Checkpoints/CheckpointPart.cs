namespace Stillwatch.Campaigns.Checkpoints;

/// <summary>Items of one kind in a <see cref="Checkpoint"/>, by their numbers.</summary>
internal sealed class CheckpointPart(
    Checkpoint checkpoint,
    byte number,
    Func<int> count,
    Action<int, BinaryWriter> save,
    Action<int, BinaryReader> load
)
{
    private const int Often = 16; // items, between two questions whether that is enough

    private bool[]? _written; // by item, while a checkpoint is under way; items that came later are no part of it
    private int _next;

    /// <summary>Item number <paramref name="item"/> is about to change.</summary>
    public void Before(int item)
    {
        if (_written is { } written && (uint)item < (uint)written.Length && !written[item])
        {
            Write(item);
        }
    }

    /// <summary>All items are about to change.</summary>
    public void BeforeAll() => Continue(null);

    /// <summary>A checkpoint begins.</summary>
    internal void Begin() => (_written, _next) = (new bool[count()], 0);

    /// <summary>It is over.</summary>
    internal void End() => _written = null;

    /// <summary>Writes items that are not written yet.</summary>
    /// <returns>Whether all are.</returns>
    internal bool Continue(Func<bool>? enough)
    {
        if (_written is not { } written)
        {
            return true;
        }

        for (; _next < written.Length; _next++)
        {
            if (written[_next])
            {
                continue;
            }

            Write(_next);
            if (enough != null && _next % Often == 0 && enough())
            {
                _next++;
                return _next == written.Length;
            }
        }

        return true;
    }

    /// <summary>Reads item number <paramref name="item"/>.</summary>
    internal void Load(int item, BinaryReader reader) => load(item, reader);

    private void Write(int item)
    {
        var writer = checkpoint.Writer!;
        writer.Write(number);
        writer.Write(item);
        save(item, writer);
        _written![item] = true;
    }
}
