using Stillwatch.Gateway.Forward;
using Stillwatch.Gateway.Record;

namespace Stillwatch.Gateway.Tap;

/// <summary>
/// Reads an answer into its exchange's buffer. What is there at once is taken together; a read that has begun is never left behind.
/// </summary>
internal sealed class AnswerReader(Exchange exchange, UpstreamCall call, ExchangeRecorder recorder) : IAsyncDisposable
{
    // So much of an answer that is there at once is taken together before it is passed on. A read is bounded: of a body the last piece is
    // held back, and what is held must stay small.
    private const int MostTogether = 16 * 1024,
        LeastRoom = 1024,
        MostRead = 64 * 1024;

    // the last read took nearly all the room that there was: more is there already
    private bool _full = exchange.Have >= exchange.Answer.Length / 2;
    private Task<int>? _ahead; // a read that has begun

    /// <summary>Takes more where more is there already; else a read may have begun, which <see cref="ReadAsync"/> waits for.</summary>
    /// <returns>Whether anything came.</returns>
    public bool TryReadMore()
    {
        if (!_full || exchange.Have - exchange.Sent >= MostTogether - LeastRoom)
        {
            return false;
        }

        exchange.Grow(MostTogether);
        if (exchange.Answer.Length - exchange.Have < LeastRoom)
        {
            return false;
        }

        _ahead = call.ReadAsync(Room).AsTask();
        if (!_ahead.IsCompletedSuccessfully)
        {
            return false;
        }

        Take(_ahead.Result);
        _ahead = null;
        return true;
    }

    /// <summary>Waits for the next piece.</summary>
    /// <returns>How many bytes the buffer lost at its start: they are on record.</returns>
    /// <exception cref="UpstreamException">It broke off.</exception>
    public async ValueTask<int> ReadAsync()
    {
        if (_ahead != null)
        {
            (var begun, _ahead) = (_ahead, null);
            Take(await begun);
            return 0;
        }

        var moved = recorder.Move(exchange);
        if (exchange.Answer.Length - exchange.Have < LeastRoom)
        {
            exchange.Grow(exchange.Answer.Length * 2);
        }

        Take(await call.ReadAsync(Room));
        return moved;
    }

    /// <summary>Ends a read that has begun: it must not write into a buffer that somebody else has by then.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ahead == null)
        {
            return;
        }

        call.Abort();
        try
        {
            await _ahead;
        }
        catch (Exception fault) when (fault is UpstreamException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // as it should
        }
    }

    private Memory<byte> Room => exchange.Answer.AsMemory(exchange.Have, Math.Min(MostRead, exchange.Answer.Length - exchange.Have));

    private void Take(int bytes)
    {
        exchange.Have += bytes;
        _full = bytes > 0 && exchange.Answer.Length - exchange.Have < exchange.Answer.Length / 8;
    }
}
