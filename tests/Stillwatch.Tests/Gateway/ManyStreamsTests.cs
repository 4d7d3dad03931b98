using System.Collections.Concurrent;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>Thousands of slow streams at once (client, gateway and model server share this process and its 20,000 files): none broken, none reordered, little memory each.</summary>
[Trait("Suite", "slow")]
[Collection(Alone.Name)]
public sealed class ManyStreamsTests
{
    [Fact]
    public async Task Streams_WhenTwoThousandAreOpen_ThenNoneIsBrokenOrReorderedAndMemoryStaysSmall()
    {
        const int streams = 2_000, events = 12;
        await using var live = await LiveDeployment.StartAsync();
        var release = new TaskCompletionSource();
        live.Upstream.Answer = async http =>
        {
            for (var i = 0; i < events; i++)
            {
                await ScriptedUpstream.Events(http, $"data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{i},\"}}}}]}}\n\n");
                await (i == events / 2 ? release.Task : Task.Delay(400));
            }

            await ScriptedUpstream.Events(http, "data: [DONE]\n\n");
        };
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var texts = new ConcurrentBag<string>();
        var all = Enumerable.Range(0, streams).Select(async i =>
        {
            await Task.Delay(i % 50 * 20);
            using var response = await live.Send("/v1/chat/completions", """{"model":"m","stream":true,"messages":[]}""", when: HttpCompletionOption.ResponseHeadersRead);
            texts.Add(await response.Content.ReadAsStringAsync());
        }).ToArray();
        for (var i = 0; i < 600 && live.Running.Gateway.InFlight < streams; i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Equal(streams, live.Running.Gateway.InFlight);
        await Task.Delay(4_000, TestContext.Current.CancellationToken);
        var held = live.Running.Gateway.Services.InFlight.All().Sum(exchange => (long)exchange.Answer.Length + exchange.Request.Buffer.Length) / streams;
        var managed = (GC.GetTotalMemory(forceFullCollection: true) - before) / streams;
        TestContext.Current.TestOutputHelper?.WriteLine($"{held} bytes of buffers a stream; {managed} bytes of heap a stream, client, gateway and model server together");
        release.SetResult();
        await Task.WhenAll(all).WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        var expected = string.Concat(Enumerable.Range(0, events).Select(i => $"data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{i},\"}}}}]}}\n\n")) + "data: [DONE]\n\n";
        Assert.All(texts, text => Assert.Equal(expected, text));
        Assert.InRange(held, 1, 32 * 1024);
    }
}
