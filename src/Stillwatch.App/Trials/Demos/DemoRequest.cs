using System.Buffers;
using System.Net.Http.Headers;
using Stillwatch.App.Trials.Replay;
using Stillwatch.App.Trials.StandIn;
using Stillwatch.Engine.Storage;
using Stillwatch.Exchanges;
using Stillwatch.Gateway.Identify;
using Stillwatch.Range.Runs;
using Stillwatch.Range.Scenarios;
using Stillwatch.Range.World;

namespace Stillwatch.App.Trials.Demos;

/// <summary>A request of the demo.</summary>
/// <param name="Id">Its id.</param>
/// <param name="At">When it is sent, in the demo's time.</param>
/// <param name="Account">Who sends it.</param>
/// <param name="Path">Where to.</param>
/// <param name="Client">From where and with which program, as a log has it.</param>
/// <param name="Body">Its body.</param>
internal sealed record DemoRequest(string Id, EventTime At, string Account, string Path, string Client, byte[] Body)
{
    /// <summary>All requests of <paramref name="stage"/>, in order of time.</summary>
    /// <param name="stage">Who is there.</param>
    /// <param name="answers">Receives what the simulated provider answers to each; null where that is not wanted.</param>
    public static List<DemoRequest> Of(Stage stage, Answers? answers = null)
    {
        var timeline = new Timeline(stage.World, stage.Adversaries);
        using var scribe = new Scribe(stage.World, timeline.Order);
        var line = new ArrayBufferWriter<byte>();
        List<DemoRequest> requests = [];
        foreach (var act in timeline.Hours().SelectMany(hour => hour.Acts))
        {
            line.ResetWrittenCount();
            scribe.Write(act, answered: answers != null, line);
            var written = line.WrittenSpan.ToArray();
            answers?.Take(written);
            var (path, body, account, client, _, _) = ReplayLog.Request(written);
            requests.Add(new DemoRequest($"x{timeline.Order.Id(act):x16}", new EventTime(act.Micros), account, path, client ?? "{}", body));
        }

        return requests;
    }

    /// <summary>It as it is sent: at its own time and from its own place, as <see cref="ReplayHeaders"/> let the range do.</summary>
    /// <param name="gateway">Where the gateway answers.</param>
    /// <param name="key">The account's key.</param>
    /// <param name="token">The token for replays.</param>
    public HttpRequestMessage ToHttp(string gateway, string key, string token)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway + Path)) { Content = new ByteArrayContent(Body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        message.Headers.TryAddWithoutValidation(ReplayHeaders.TokenName, token);
        message.Headers.TryAddWithoutValidation(ReplayHeaders.IdName, Id);
        message.Headers.TryAddWithoutValidation(ReplayHeaders.TimeName, At.ToString());
        message.Headers.TryAddWithoutValidation(ReplayHeaders.ClientName, Client);
        return message;
    }

    /// <summary>What the provider knows of an account.</summary>
    public static AccountRow Row(Account account) =>
        new(account.Name)
        {
            Created = new EventTime(account.Created).ToString(),
            Payment = account.Payment,
            EmailDomain = account.EmailDomain,
            Organisation = account.Organisation,
            Country = account.Country,
            Verified = account.Verified,
        };
}
