using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Population;

/// <summary>
/// Up to thirty-two different prompts of one account, drawn evenly from all that it sent: those with the smallest fingerprints (bottom-k
/// sampling, Cohen and Kaplan, PODC 2007). It does not depend on the order within a tick; a repeated prompt counts once. At most 512 bytes,
/// and 272 for whom the account names.
/// </summary>
public sealed class PromptSample
{
    /// <summary>The most that are kept.</summary>
    public const int Most = 32;

    private PromptCode[] _kept = []; // ascending by fingerprint
    private int _count;
    private EndUsers _endUsers;

    /// <summary>The sampled prompts, ascending by fingerprint.</summary>
    public ReadOnlySpan<PromptCode> Prompts => _kept.AsSpan(0, _count);

    /// <summary>How many prompts it was drawn from, repeated ones counted each time.</summary>
    public long Asked { get; private set; }

    /// <summary>
    /// About how many of them are different: exact up to <see cref="Most"/>, from the largest kept fingerprint beyond it (Bar-Yossef et
    /// al., RANDOM 2002, algorithm 1), with a standard error of about 18 %, so that it may be more than there were.
    /// </summary>
    public double Different => _count < Most ? _count : (Most - 1) / ((_kept[Most - 1].Prompt + 1.0) / ulong.MaxValue);

    /// <summary>Whether the account serves people of its own, whom it names.</summary>
    public bool ServesEndUsers => _endUsers.AreServed;

    /// <summary>Bytes that it holds.</summary>
    public int Bytes => _kept.Length * Unsafe.SizeOf<PromptCode>() + Unsafe.SizeOf<EndUsers>();

    /// <summary>Takes an exchange; one without text is no prompt.</summary>
    public void Observe(in ExchangeFeatures features)
    {
        if (!features.HasText || features.Words == 0)
        {
            return;
        }

        Asked++;
        _endUsers.Observe(features.EndUser);
        var prompt = PromptCode.FingerprintOf(features);
        if (_count == Most && prompt > _kept[Most - 1].Prompt)
        {
            return; // behind all that are kept, as nearly all are
        }

        var at = _count;
        while (at > 0 && _kept[at - 1].Prompt > prompt)
        {
            at--;
        }

        if (at > 0 && _kept[at - 1].Prompt == prompt)
        {
            return; // it is there
        }

        if (_count == _kept.Length)
        {
            Array.Resize(ref _kept, Math.Min(Most, Math.Max(4, _count * 2)));
        }

        Array.Copy(_kept, at, _kept, at + 1, Math.Min(_count, Most - 1) - at);
        _kept[at] = new PromptCode(features);
        _count = Math.Min(Most, _count + 1);
    }

    /// <summary>Writes it to <paramref name="writer"/>.</summary>
    internal void Save(BinaryWriter writer)
    {
        writer.Write(Asked);
        writer.Put(_endUsers);
        writer.Write(_count);
        writer.Write(MemoryMarshal.AsBytes(Prompts));
    }

    /// <summary>Takes what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    internal void Load(BinaryReader reader)
    {
        Asked = reader.ReadInt64();
        _endUsers = reader.Get<EndUsers>();
        _count = reader.ReadInt32();
        if (_count is < 0 or > Most)
        {
            throw new InvalidDataException($"a sample of {_count} prompts; {Most} is the most");
        }

        _kept = new PromptCode[_count];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(_kept.AsSpan()));
    }
}
