using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.App.Deployment;
using Stillwatch.Countermeasures;
using Stillwatch.Tests.Gateway;
using Stillwatch.Tests.Gateway.Enforce;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.App.Deployment;

public sealed class WebhooksTests
{
    /// <summary>The signature was computed by Python's <c>hmac</c>.</summary>
    [Fact]
    public void Sign_WhenAMessageIsKnown_ThenItIsTheSpecifications() =>
        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            Webhooks.Sign(
                Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1614265330,
                """{"test": 2432232314}"""u8
            )
        );

    [Fact]
    public async Task Notice_WhenTheReceiverFailsAtFirst_ThenItComesSignedOnceAndAgainNeverAfterARestart()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var tries = 0;
        await using var receiver = await ScriptedUpstream.StartAsync(answer: http =>
        {
            http.Response.StatusCode = Interlocked.Increment(ref tries) == 1 ? 503 : 204;
            return Task.CompletedTask;
        });
        using var folder = new LogFolder();
        var config = folder.Write(
            "c.yaml",
            $"webhooks:\n  - {{ url: '{receiver.Address}/hook', secret: 'whsec_{Convert.ToBase64String(secret)}', account: alice }}\n"
        );
        var data = Directory.CreateTempSubdirectory("stillwatch-hooks-").FullName;
        string about;
        await using (var live = await LiveDeployment.StartAsync(path: data, config: config))
        {
            Deciding.Begin(live.Running.Decisions);
            var id = Deciding.Case(live.Running.Decisions);
            about = id.ToString();
            Deciding.Put(live.Running.Decisions, Rung.Warn, new() { DeadlineDays = 7 }, about: id);
            Deciding.Put(live.Running.Decisions, Rung.Warn, new() { DeadlineDays = 7 }, subject: "account:bob", about: id);
            await LiveDeployment.Until(() => Volatile.Read(ref tries) == 2);
        }

        await using (var live = await LiveDeployment.StartAsync(path: data, config: config))
        {
            Deciding.Put(live.Running.Decisions, Rung.Suspend, about: live.Running.Decisions.Standing.Cases.Keys.Single());
            await LiveDeployment.Until(() => receiver.Asked.Count == 3);
        }

        var posts = receiver.Asked.ToList();
        Assert.Equal(posts[0].Body, posts[1].Body);
        foreach (var (path, headers, body) in posts)
        {
            Assert.Equal("/hook", path);
            var id = headers["webhook-id"].Single()!;
            var at = long.Parse(headers["webhook-timestamp"].Single()!, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(Webhooks.Sign(secret, id, at, body), headers["webhook-signature"].Single());
            var said = JsonNode.Parse(Encoding.UTF8.GetString(body))!;
            Assert.Equal((id, "event", about), ((string?)said["id"], (string?)said["object"], (string?)said["data"]!["id"]));
        }

        Assert.Equal(
            ["safety.warning_issued", "safety.warning_issued", "safety.deactivation_issued"],
            posts.Select(post => (string?)JsonNode.Parse(Encoding.UTF8.GetString(post.Body))!["type"])
        );
        Directory.Delete(data, recursive: true);
    }
}
