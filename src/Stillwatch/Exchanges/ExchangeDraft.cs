using System.Runtime.CompilerServices;
using Stillwatch.Exchanges.Answers;

namespace Stillwatch.Exchanges;

/// <summary>
/// One exchange as read from a line, with its text: what a reader fills and the feature extractor takes from, again and again into the
/// same buffers. It never leaves the reader; behind the features there is no text. Not thread-safe.
/// </summary>
internal sealed class ExchangeDraft
{
    private byte[] _text = new byte[64 * 1024];
    private Piece[] _pieces = new Piece[64];
    private readonly int[] _from = new int[256]; // by field, the number of the first piece that counts
    private bool _repeated;

    /// <summary>A stretch of the request's text: who speaks, in which message, and from which field of the body it came.</summary>
    internal readonly record struct Piece(int Start, int Length, TextRole Role, int Message, byte Field);

    /// <summary>A name or other short value, as a stretch of the buffer; length 0 where absent.</summary>
    internal readonly record struct Slice(int Start, int Length);

    public EventTime At { get; set; }

    /// <summary>Whether the log's time names no offset, and was taken as UTC.</summary>
    public bool TimeWithoutOffset { get; set; }

    /// <summary>The key's public id, where the log names one.</summary>
    public Slice Key { get; set; }

    public Slice Id { get; set; }

    public Slice Account { get; set; }

    public Slice EndUser { get; set; }

    public Slice Model { get; set; }

    public Slice Ip { get; set; }

    public Slice UserAgent { get; set; }

    public Slice Tls { get; set; }

    public uint Asn { get; set; }

    public ExchangeTraits Traits { get; set; }

    public int Turns { get; set; }

    public short Temperature { get; set; }

    public ulong Shape { get; set; }

    /// <summary>Tokens as the log counts them.</summary>
    public TokenCounts LoggedTokens { get; set; }

    /// <summary>Tokens as the answer reports them.</summary>
    public TokenCounts AnsweredTokens { get; set; }

    /// <summary>Tokens in and out, the log's own count before the answer's; -1 where neither reports them.</summary>
    public int InputTokens => LoggedTokens.Input >= 0 ? LoggedTokens.Input : AnsweredTokens.Input;

    /// <inheritdoc cref="InputTokens"/>
    public int OutputTokens => LoggedTokens.Output >= 0 ? LoggedTokens.Output : AnsweredTokens.Output;

    /// <summary>What was counted of the answer.</summary>
    public AnswerCounts Answer => new(new(InputTokens, OutputTokens), OutputBytes);

    /// <inheritdoc cref="AnswerCounts.CountedOutputTokens"/>
    public int CountedOutputTokens => Answer.CountedOutputTokens(Traits, final: LoggedTokens.Output >= 0);

    /// <summary>Bytes of text in the answer, for counting where tokens were not reported.</summary>
    public int OutputBytes { get; set; }

    /// <summary>Bytes of text that there is room for.</summary>
    public int Capacity => Math.Max(_text.Length, _pieces.Length * Unsafe.SizeOf<Piece>());

    public int PieceCount { get; private set; }

    public int TextLength { get; private set; }

    public ReadOnlySpan<Piece> Pieces => _pieces.AsSpan(0, PieceCount);

    public void Clear()
    {
        At = default;
        TimeWithoutOffset = false;
        Id = Account = Key = EndUser = Model = Ip = UserAgent = Tls = default;
        Asn = 0;
        Traits = ExchangeTraits.None;
        Turns = 0;
        Temperature = -1;
        Shape = 0;
        LoggedTokens = AnsweredTokens = TokenCounts.None;
        OutputBytes = 0;
        PieceCount = 0;
        _repeated = false;
        Array.Clear(_from);
        TextLength = 0;
    }

    public ReadOnlySpan<byte> Text(Slice slice) => _text.AsSpan(slice.Start, slice.Length);

    public ReadOnlySpan<byte> Text(in Piece piece) => _text.AsSpan(piece.Start, piece.Length);

    /// <summary>Room for <paramref name="bytes"/> more; hand back with <see cref="Keep"/> what was used.</summary>
    public Span<byte> Room(int bytes)
    {
        if (TextLength + bytes > _text.Length)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, TextLength + bytes));
        }

        return _text.AsSpan(TextLength, bytes);
    }

    public Slice Keep(int bytes)
    {
        var slice = new Slice(TextLength, bytes);
        TextLength += bytes;
        return slice;
    }

    public void Add(in Piece piece)
    {
        if (PieceCount == _pieces.Length)
        {
            Array.Resize(ref _pieces, PieceCount * 2);
        }

        _pieces[PieceCount++] = piece;
    }

    /// <summary>Takes <paramref name="body"/> for a request that is no JSON object.</summary>
    public void AddRaw(Slice body)
    {
        Add(new(body.Start, body.Length, TextRole.User, Message: 0, Requests.RequestReader.RawField));
        Traits |= ExchangeTraits.Raw;
        Turns = Math.Max(1, Turns);
    }

    /// <summary>Sets the role of the pieces from number <paramref name="from"/> on: a role may stand behind its content.</summary>
    public void SetRole(int from, TextRole role)
    {
        for (var i = from; i < PieceCount; i++)
        {
            _pieces[i] = _pieces[i] with { Role = role };
        }
    }

    /// <summary>
    /// Forgets what came from <paramref name="field"/> so far: should it stand there a second time, the last one counts. Its pieces go in
    /// <see cref="Settle"/>, in one pass however often fields are repeated.
    /// </summary>
    public void Forget(byte field)
    {
        _repeated |= PieceCount > 0;
        _from[field] = PieceCount;
    }

    /// <summary>Lets go of what was forgotten; call it once the whole request was read.</summary>
    public void Settle()
    {
        if (_repeated)
        {
            var kept = 0;
            for (var i = 0; i < PieceCount; i++)
            {
                if (i >= _from[_pieces[i].Field])
                {
                    _pieces[kept++] = _pieces[i];
                }
            }

            PieceCount = kept;
            _repeated = false;
        }

        Array.Clear(_from);
    }
}
