using System.Buffers;

namespace Stillwatch.Gateway.Change;

/// <summary>
/// Something that changes an exchange on its way: a countermeasure, or a mark. It sees whole requests, whole bodies and whole events,
/// however they come; what it does not change it writes as it came. One exchange's own; calls come one after the other.
/// </summary>
internal interface IExchangeChange
{
    /// <summary>Writes the request's body as it goes to the model server.</summary>
    void Request(ReadOnlySpan<byte> body, IBufferWriter<byte> output);

    /// <summary>
    /// Writes what is sent for an event of a stream: the lines as they came, the blank one behind them among them; nothing to leave it out.
    /// </summary>
    void Event(ReadOnlySpan<byte> lines, IBufferWriter<byte> output);

    /// <summary>A stream ended, with whatever last event: writes what was kept back of it.</summary>
    void End(IBufferWriter<byte> output) { }

    /// <summary>Writes what is sent for a whole body.</summary>
    void Body(ReadOnlySpan<byte> body, IBufferWriter<byte> output);
}
