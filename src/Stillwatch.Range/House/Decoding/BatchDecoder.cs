using System.Collections.Concurrent;

namespace Stillwatch.Range.House.Decoding;

/// <summary>
/// Makes many answers at one time: at each step every conversation that is under way gets its next token, and new ones are read in beside
/// them (continuous batching: Yu et al., "Orca", OSDI 2022, section 3). One thread decides, and it and helpers share the arithmetic
/// conversation by conversation.
/// </summary>
internal sealed class BatchDecoder : IDisposable
{
    private const int MostRows = 256; // tokens read in a step: a long prompt holds nobody up for long
    private const int FewestRows = 4; // a helper is not woken for less

    private readonly Transformer _model;
    private readonly int _mostTogether;
    private readonly ConcurrentQueue<Generation> _waiting = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly List<Generation> _active = [];
    private readonly Share[] _shares;
    private readonly Thread[] _threads;
    private readonly Lock _ending = new();
    private bool _ended;

    /// <summary>Begins it.</summary>
    /// <param name="model">What reads.</param>
    /// <param name="threads">How many threads share the arithmetic, at least one.</param>
    /// <param name="mostTogether">How many conversations are under way at one time; others wait.</param>
    public BatchDecoder(Transformer model, int threads, int mostTogether = 64)
    {
        (_model, _mostTogether) = (model, mostTogether);
        _shares = [.. Enumerable.Range(0, Math.Max(1, threads)).Select(_ => new Share())];
        _threads =
        [
            .. _shares.Select((share, i) => new Thread(i == 0 ? Run : () => Help(share)) { IsBackground = true, Name = "house-model" }),
        ];
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>How many conversations are under way, and how many wait.</summary>
    public (int Active, int Waiting) Load => (Volatile.Read(ref _activeCount), _waiting.Count);

    /// <summary>Tokens read of prompts, and tokens made, since it began.</summary>
    public (long Prompt, long Made) Tokens => (Interlocked.Read(ref _promptTokens), Interlocked.Read(ref _madeTokens));

    private int _activeCount;
    private long _promptTokens,
        _madeTokens;

    private sealed class Share : IDisposable
    {
        public readonly Transformer.Scratch Scratch = new();
        public readonly List<Row> Rows = [];
        public readonly List<(Generation One, bool Asks)> Reading = [];
        public readonly SemaphoreSlim Begin = new(0),
            Done = new(0);
        public float[] Logits = [];
        public Exception? Fault;

        public void Dispose()
        {
            Begin.Dispose();
            Done.Dispose();
        }
    }

    /// <summary>Begins an answer. Its prompt must fit the model's context.</summary>
    /// <exception cref="ObjectDisposedException">It was ended.</exception>
    public void Begin(Generation generation)
    {
        lock (_ending)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            _waiting.Enqueue(generation);
        }

        _work.Release();
    }

    /// <summary>Ends it; answers under way break off.</summary>
    public void Dispose()
    {
        lock (_ending)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
        }

        _work.Release();
        _threads[0].Join(); // helpers are at rest then
        foreach (var share in _shares)
        {
            share.Rows.Clear();
            share.Begin.Release();
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        foreach (var share in _shares)
        {
            share.Dispose();
        }

        _work.Dispose();
    }

    private bool Ended
    {
        get
        {
            lock (_ending)
            {
                return _ended;
            }
        }
    }

    private void Run()
    {
        while (!Ended)
        {
            if (_active.Count == 0 && _waiting.IsEmpty)
            {
                _work.Wait();
            }

            while (_active.Count < _mostTogether && _waiting.TryDequeue(out var next))
            {
                if (next.Cancelled)
                {
                    next.Complete();
                    continue;
                }

                next.State = new KeyValues(_model.Shape);
                _active.Add(next);
            }

            while (_work.CurrentCount > 0)
            {
                _work.Wait();
            }

            Forget();
            if (_active.Count > 0)
            {
                Step();
            }

            Volatile.Write(ref _activeCount, _active.Count);
        }

        foreach (var left in _active.Concat(_waiting))
        {
            left.Complete(new OperationCanceledException("the model server stops"));
        }
    }

    /// <summary>Conversations that nobody waits for go first.</summary>
    private void Forget()
    {
        for (var i = _active.Count - 1; i >= 0; i--)
        {
            if (_active[i].Cancelled)
            {
                End(i);
            }
        }
    }

    private void Step()
    {
        Divide();
        var helpers = 0;
        for (var i = 1; i < _shares.Length && _shares[i].Rows.Count > 0; i++)
        {
            _shares[i].Begin.Release();
            helpers++;
        }

        Read(_shares[0]);
        for (var i = 1; i <= helpers; i++)
        {
            _shares[i].Done.Wait();
        }

        foreach (var share in _shares)
        {
            Take(share);
            share.Fault = null;
        }
    }

    /// <summary>Draws the next tokens of a share. Whatever goes wrong with one answer, or with a share, others go on.</summary>
    private void Take(Share share)
    {
        var at = 0;
        foreach (var (one, asks) in share.Reading)
        {
            if (share.Fault != null)
            {
                End(_active.IndexOf(one), share.Fault); // its keys and values are not whole
            }
            else if (asks)
            {
                try
                {
                    Interlocked.Increment(ref _madeTokens);
                    if (
                        !one.Take(share.Logits.AsSpan(at++ * _model.Shape.Vocabulary, _model.Shape.Vocabulary))
                        || one.Read >= _model.Shape.Context
                    )
                    {
                        End(_active.IndexOf(one));
                    }
                }
                catch (Exception fault)
                {
                    End(_active.IndexOf(one), fault);
                }
            }
        }
    }

    /// <summary>Who reads what: whole conversations, the shortest share first.</summary>
    private void Divide()
    {
        foreach (var share in _shares)
        {
            share.Rows.Clear();
            share.Reading.Clear();
        }

        var left = MostRows;
        var sharing = _active.Sum(one => Math.Min(one.Unread, MostRows)) >= 2 * FewestRows ? _shares.Length : 1;
        // who waits for one token waits for nobody's prompt; order of arrival among equals
        foreach (var one in _active.OrderBy(one => one.Unread))
        {
            var count = Math.Min(one.Unread, left);
            if (count == 0)
            {
                break;
            }

            left -= count;
            var share = _shares.Take(sharing).MinBy(share => share.Rows.Count)!;
            var prompt = Math.Max(0, Math.Min(count, one.Prompt - one.Read));
            _promptTokens += prompt;
            for (var i = 0; i < count; i++)
            {
                share.Rows.Add(new Row(one.State!, one[one.Read + i], one.Read + i, WantsNext: i == one.Unread - 1));
            }

            share.Reading.Add((one, count == one.Unread));
            one.Read += count;
        }
    }

    private void Read(Share share)
    {
        try
        {
            var room = share.Reading.Count * _model.Shape.Vocabulary;
            if (share.Logits.Length < room)
            {
                share.Logits = new float[room];
            }

            _model.Read(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(share.Rows), share.Scratch, share.Logits);
        }
        catch (Exception fault)
        {
            share.Fault = fault; // these answers break off; others go on
        }
    }

    private void Help(Share share)
    {
        while (true)
        {
            share.Begin.Wait();
            if (share.Rows.Count == 0)
            {
                return;
            }

            Read(share);
            share.Done.Release();
        }
    }

    private void End(int at, Exception? fault = null)
    {
        var ended = _active[at];
        _active.RemoveAt(at);
        ended.State = null;
        ended.Complete(fault);
    }
}
