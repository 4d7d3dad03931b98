using System.Runtime.InteropServices;
using Stillwatch.Campaigns.Checkpoints;

namespace Stillwatch.Campaigns.Ties;

/// <summary>
/// A dictionary of tens of millions of entries: many small ones by a part of the key, so that growing copies one of them and never all, and
/// is never far ahead of what is in it. Keys are well mixed already.
/// </summary>
internal sealed class WideMap<TValue>
{
    private const int ShardBits = 8;

    private readonly Dictionary<ulong, TValue>[] _shards =
    [
        .. Enumerable.Range(0, 1 << ShardBits).Select(_ => new Dictionary<ulong, TValue>()),
    ];

    private CheckpointPart? _changes; // by shard

    /// <summary>Makes its shards a part of <paramref name="checkpoint"/>.</summary>
    public void Keep(Checkpoint checkpoint, Action<BinaryWriter, TValue> save, Func<BinaryReader, TValue> load) =>
        _changes = checkpoint.Part(
            () => _shards.Length,
            (shard, writer) =>
            {
                writer.Write(_shards[shard].Count);
                foreach (var (key, value) in _shards[shard])
                {
                    writer.Write(key);
                    save(writer, value);
                }
            },
            (shard, reader) =>
            {
                for (var left = reader.ReadInt32(); left > 0; left--)
                {
                    _shards[shard][reader.ReadUInt64()] = load(reader);
                }
            }
        );

    /// <summary>How many entries there are.</summary>
    public int Count => _shards.Sum(shard => shard.Count);

    /// <summary>All entries.</summary>
    public IEnumerable<KeyValuePair<ulong, TValue>> Entries => _shards.SelectMany(shard => shard);

    /// <summary>The value of <paramref name="key"/>, made where there is none; good until the next entry is made.</summary>
    public ref TValue? Get(ulong key, out bool known) => ref CollectionsMarshal.GetValueRefOrAddDefault(Changing(key), key, out known);

    /// <summary>Looks a value up.</summary>
    public bool TryGet(ulong key, out TValue? value) => Shard(key).TryGetValue(key, out value);

    /// <summary>Takes an entry out.</summary>
    public bool Remove(ulong key, out TValue? value) => Changing(key).Remove(key, out value);

    private Dictionary<ulong, TValue> Changing(ulong key)
    {
        _changes?.Before((int)(key >> (64 - ShardBits)));
        return Shard(key);
    }

    private Dictionary<ulong, TValue> Shard(ulong key) => _shards[key >> (64 - ShardBits)];
}
