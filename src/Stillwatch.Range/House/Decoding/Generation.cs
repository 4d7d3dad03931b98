using System.Threading.Channels;

namespace Stillwatch.Range.House.Decoding;

/// <summary>
/// One answer as it is made: tokens come one by one, until the model has done, the most tokens are reached, or nobody waits for it any
/// more.
/// </summary>
/// <param name="prompt">The tokens that it answers, at least one.</param>
/// <param name="most">The most tokens of the answer.</param>
/// <param name="sampling">How they are drawn.</param>
/// <param name="sampler">What draws them.</param>
/// <param name="ends">The tokens after which there is no more; they are not told.</param>
internal sealed class Generation(IReadOnlyList<int> prompt, int most, Sampling sampling, Sampler sampler, IReadOnlySet<int> ends)
{
    private readonly Channel<Token> _tokens = Channel.CreateUnbounded<Token>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true }
    );
    private readonly Random _chance = new Chance().Begin(
        (ulong)(sampling.Seed ?? BitConverter.ToInt64(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8)))
    );
    private readonly List<int> _context = [.. prompt];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _cancelled;

    /// <summary>The tokens, as they come; ends when there are no more.</summary>
    public ChannelReader<Token> Tokens => _tokens.Reader;

    /// <summary>Done when there are no more: who wants the whole need not be woken for each.</summary>
    public Task Ended => _ended.Task;

    /// <summary>How many tokens the prompt has.</summary>
    public int Prompt => prompt.Count;

    /// <summary>Whether it ended because the model had done, and not for want of room.</summary>
    public bool Finished { get; private set; }

    /// <summary>Nobody waits for it any more: no further token is made.</summary>
    public void Cancel() => _cancelled = true;

    /// <summary>Its keys and values, once it was begun.</summary>
    internal KeyValues? State { get; set; }

    /// <summary>How many tokens were read.</summary>
    internal int Read { get; set; }

    /// <summary>How many tokens are known and not read.</summary>
    internal int Unread => _context.Count - Read;

    internal bool Cancelled => _cancelled;

    /// <summary>Token number <paramref name="at"/> of prompt and answer.</summary>
    internal int this[int at] => _context[at];

    /// <summary>Draws the next token from its logits.</summary>
    /// <returns>Whether there will be more.</returns>
    internal bool Take(Span<float> logits)
    {
        var token = sampler.Next(
            sampling,
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_context),
            prompt.Count,
            logits,
            _chance
        );
        if (ends.Contains(token.Id))
        {
            Finished = true;
            return false;
        }

        _context.Add(token.Id);
        _tokens.Writer.TryWrite(token);
        return _context.Count - prompt.Count < most;
    }

    internal void Complete(Exception? fault = null)
    {
        _tokens.Writer.TryComplete(fault);
        _ended.TrySetResult();
    }
}
