using Stillwatch.Exchanges.Requests;
using Stillwatch.Gateway.Failures;
using Stillwatch.Gateway.Forward;
using Stillwatch.Gateway.Surface;

namespace Stillwatch.Gateway.Arrive;

/// <summary>1. arrive: the request gets its id; and, once its sender is known, its body is taken and read.</summary>
internal sealed class Arrival(GatewayServices services)
{
    /// <summary>Why no request is taken now; null where they are.</summary>
    public Refusal? Check(Exchange exchange)
    {
        var headers = exchange.Http.Response.Headers;
        headers["x-request-id"] = exchange.Id;
        if (exchange.Format.HasAnthropicHeaders)
        {
            headers["request-id"] = exchange.Id;
        }

        return FailurePolicies.Overload(services, exchange.Options);
    }

    /// <summary>Takes the body of a request whose sender is known.</summary>
    public async ValueTask<Refusal?> TakeAsync(Exchange exchange)
    {
        var options = exchange.Options;
        if (exchange.Http.Request.ContentLength > options.MostRequestBytes)
        {
            return RequestBody.TooLarge(options.MostRequestBytes);
        }

        var (fault, have) = await RequestBody.ReadAsync(exchange, options.MostRequestBytes);
        if (fault != null)
        {
            return fault;
        }

        exchange.Taken = true;
        exchange.Request.Start = UpstreamRequest.HeadRoom;
        exchange.Request.Length = have;
        exchange.Reading = services.Features.Rent();
        exchange.Facts = RequestReader.Read(exchange.Request.Body.Span, exchange.Format, exchange.Reading.Draft);
        var path = exchange.Http.Request.Path.Value!;
        if (exchange.Format.ModelIn(path) is { } model)
        {
            exchange.Facts.TakePath(model, exchange.Format.StreamsAt(path));
        }

        return exchange.Format.Refuses(path, exchange.Http.Request.QueryString.Value ?? "") is { } why ? Refusal.Bad(why) : null;
    }
}
