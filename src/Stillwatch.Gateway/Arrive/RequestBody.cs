using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Stillwatch.Gateway.Forward;
using Stillwatch.Gateway.Surface;

namespace Stillwatch.Gateway.Arrive;

/// <summary>Reads a request's body into one pooled buffer, with room before it for the head that goes to the model server.</summary>
internal static class RequestBody
{
    /// <summary>Reads all of it.</summary>
    /// <param name="exchange">Its buffer is set, also where reading failed.</param>
    /// <param name="most">Bytes that are taken.</param>
    /// <returns>Why it is not taken, or how many bytes it has.</returns>
    public static async ValueTask<(Refusal? Fault, int Length)> ReadAsync(Exchange exchange, int most)
    {
        // A declared length is believed only as far as a first guess of the buffer goes.
        var buffer = ArrayPool<byte>.Shared.Rent(
            UpstreamRequest.HeadRoom + (int)Math.Clamp(exchange.Http.Request.ContentLength ?? 4096, 1024, 256 * 1024)
        );
        var have = UpstreamRequest.HeadRoom;
        exchange.Request.Buffer = buffer;
        var body = exchange.Http.Request.BodyReader;
        while (true)
        {
            ReadResult read;
            try
            {
                read = await body.ReadAsync();
            }
            catch (BadHttpRequestException fault)
            {
                return (
                    fault.StatusCode == 413
                        ? TooLarge(most)
                        : new Refusal(
                            fault.StatusCode is >= 400 and < 500 ? fault.StatusCode : 400,
                            "invalid_request_error",
                            null,
                            "The request's body is not framed as HTTP says."
                        ),
                    0
                );
            }
            catch (Exception fault)
                when (fault is IOException or OperationCanceledException && exchange.Http.RequestAborted.IsCancellationRequested)
            {
                exchange.ClientGone = true;
                return (Refusal.Bad("The request broke off."), 0);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                return (Refusal.Bad("The request's body is not framed as HTTP says."), 0); // such as a chunk's size that no number holds
            }

            foreach (var segment in read.Buffer)
            {
                if (have + segment.Length > buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, have + segment.Length));
                    buffer.AsSpan(0, have).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    exchange.Request.Buffer = buffer = larger;
                }

                segment.Span.CopyTo(buffer.AsSpan(have));
                have += segment.Length;
            }

            body.AdvanceTo(read.Buffer.End);
            if (have - UpstreamRequest.HeadRoom > most)
            {
                return (TooLarge(most), 0);
            }

            if (read.IsCompleted)
            {
                return (null, have - UpstreamRequest.HeadRoom);
            }
        }
    }

    /// <summary>The refusal of a body that is too large.</summary>
    public static Refusal TooLarge(int most) =>
        new(413, "invalid_request_error", "request_too_large", $"The request's body is larger than {most} bytes.");
}
