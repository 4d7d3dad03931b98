namespace Stillwatch.Campaigns.Checkpoints;

/// <summary>
/// A consistent copy of a watch, written in slices while it goes on. It has what is believed when it begins: whoever is about to change an
/// item calls <see cref="CheckpointPart.Before"/>, and an item that is not written yet is written first. Not thread-safe: it runs on the
/// watch's thread.
/// </summary>
/// <remarks>
/// Copy on write, as in Cao et al., "Fast Checkpoint Recovery Algorithms for Frequently Consistent Applications", SIGMOD 2011 (copy on
/// update).
/// </remarks>
internal sealed class Checkpoint
{
    private const byte End = 255;

    private readonly List<CheckpointPart> _parts = [];
    private int _at; // the part that is being written

    /// <summary>Where it is written; null while none is.</summary>
    public BinaryWriter? Writer { get; private set; }

    /// <summary>Adds a part: items that are numbered, saved and loaded one by one.</summary>
    /// <param name="count">How many items there are.</param>
    /// <param name="save">Writes item number so and so.</param>
    /// <param name="load">Reads what <paramref name="save"/> wrote.</param>
    public CheckpointPart Part(Func<int> count, Action<int, BinaryWriter> save, Action<int, BinaryReader> load)
    {
        var part = new CheckpointPart(this, (byte)_parts.Count, count, save, load);
        _parts.Add(part);
        return part;
    }

    /// <summary>Begins: what is believed now will be written to <paramref name="writer"/>.</summary>
    public void Begin(BinaryWriter writer)
    {
        if (Writer != null)
        {
            throw new InvalidOperationException("A checkpoint is under way.");
        }

        (Writer, _at) = (writer, 0);
        foreach (var part in _parts)
        {
            part.Begin();
        }
    }

    /// <summary>Writes on.</summary>
    /// <param name="enough">Asked every few items whether that is enough for now; null to go on to the end.</param>
    /// <returns>Whether all of it is written, or none is under way.</returns>
    public bool Continue(Func<bool>? enough = null)
    {
        if (Writer == null)
        {
            return true;
        }

        for (; _at < _parts.Count; _at++)
        {
            if (!_parts[_at].Continue(enough))
            {
                return false;
            }
        }

        Writer.Write(End);
        Abandon();
        return true;
    }

    /// <summary>Writes no more; what was written is of no use unless it was all.</summary>
    public void Abandon()
    {
        Writer = null;
        foreach (var part in _parts)
        {
            part.End();
        }
    }

    /// <summary>Reads all items.</summary>
    /// <exception cref="InvalidDataException">It is no checkpoint of this program.</exception>
    public void Load(BinaryReader reader)
    {
        for (var part = reader.ReadByte(); part != End; part = reader.ReadByte())
        {
            if (part >= _parts.Count)
            {
                throw new InvalidDataException($"Part {part} of a checkpoint is not known.");
            }

            _parts[part].Load(reader.ReadInt32(), reader);
        }
    }
}
