using System.Buffers;
using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Dialects;
using Stillwatch.Exchanges.Requests;
using Stillwatch.Gateway.Change;

namespace Stillwatch.Gateway.Enforce;

/// <summary>
/// Takes capabilities out of an exchange: out of the request what asks for them, out of the answer what hands them out. It is a
/// countermeasure that is disclosed: whoever is subject to it was told, and the record has both what came and what went.
/// </summary>
/// <remarks>
/// <para>
/// One for the request and one for each answer that is begun, as <see cref="IExchangeChanges"/> asks for them: where another server answers
/// in place of one that failed, nothing of the first is remembered.
/// </para>
/// <para>
/// Nothing passes that cannot be read. An answer in no known dialect, or that is no JSON object (lines of JSON, a page, plain text),
/// becomes an error in the dialect's form, its status as it was; a request that is no object becomes an empty one, which the server
/// refuses.
/// </para>
/// </remarks>
/// <param name="format">The dialect.</param>
/// <param name="strip">What is taken out; where it is nothing, all passes as it came.</param>
internal sealed class StripChange(WireFormat format, Capability strip) : IExchangeChange
{
    private readonly AnswerFilter _answer = new(format, strip);
    private Capability _asked;

    /// <summary>What was found and taken out so far, of the request and of the answer.</summary>
    public Capability Stripped => _asked | _answer.Stripped;

    /// <summary>
    /// Whether reasoning was found in a text when its beginning had passed: the server leaves it there without an opening tag, and should
    /// be run with its reasoning parser.
    /// </summary>
    public bool FoundLate => _answer.FoundLate;

    /// <inheritdoc/>
    public void Request(ReadOnlySpan<byte> body, IBufferWriter<byte> output) => _asked |= RequestFilter.Write(body, strip, output);

    /// <inheritdoc/>
    public void Event(ReadOnlySpan<byte> lines, IBufferWriter<byte> output) => _answer.Event(lines, output);

    /// <inheritdoc/>
    public void End(IBufferWriter<byte> output) => _answer.End(output);

    /// <inheritdoc/>
    public void Body(ReadOnlySpan<byte> body, IBufferWriter<byte> output) => _answer.Body(body, output);
}
