using System.Buffers;
using System.Text.Json;
using Stillwatch.Exchanges;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Gateway.Forward;

/// <summary>Puts another model's name into a request: the only byte of a body that a rule of names changes.</summary>
internal static class ModelName
{
    /// <summary>Replaces the <c>model</c> at the top level; a byte order mark before the body goes with it.</summary>
    public static void Replace(ref UpstreamRequest request, string name)
    {
        var body = RequestReader.WithoutMark(request.Body.Span);
        List<(int Start, int End)> places = [];
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 126 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isModel = reader.Is("model"u8);
            reader.Read();
            if (isModel && reader.TokenType == JsonTokenType.String)
            {
                places.Add(((int)reader.TokenStartIndex, (int)reader.BytesConsumed));
            }

            reader.Skip();
        }

        var quoted = JsonSerializer.SerializeToUtf8Bytes(name);
        var buffer = ArrayPool<byte>.Shared.Rent(UpstreamRequest.HeadRoom + body.Length + places.Count * quoted.Length);
        var (from, to) = (0, UpstreamRequest.HeadRoom);
        foreach (var (start, end) in places)
        {
            body[from..start].CopyTo(buffer.AsSpan(to));
            to += start - from;
            quoted.CopyTo(buffer, to);
            to += quoted.Length;
            from = end;
        }

        body[from..].CopyTo(buffer.AsSpan(to));
        to += body.Length - from;
        ArrayPool<byte>.Shared.Return(request.Buffer);
        (request.Buffer, request.Start, request.Length) = (buffer, UpstreamRequest.HeadRoom, to - UpstreamRequest.HeadRoom);
    }
}
