using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Stillwatch.Tests.App.Deployment;
using Stillwatch.Tests.Logs;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>Thousands of slow streams at once: none broken, none reordered, little memory each.</summary>
[Trait("Suite", "slow")]
[Collection(Alone.Name)]
public sealed class ManyStreamsTests
{
    [Fact]
    public async Task Streams_WhenTwoThousandAreOpen_ThenNoneIsBrokenOrReorderedAndMemoryStaysSmall()
    {
        const int streams = 2_000,
            events = 12;
        await using var live = await LiveDeployment.StartAsync();
        var release = new TaskCompletionSource();
        var halfway = 0;
        live.Upstream.Answer = async http =>
        {
            for (var i = 0; i < events; i++)
            {
                await ScriptedUpstream.Events(http, $"data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{i},\"}}}}]}}\n\n");
                Interlocked.Add(ref halfway, i == events / 2 ? 1 : 0);
                await (i == events / 2 ? release.Task : Task.Delay(400));
            }

            await ScriptedUpstream.Events(http, "data: [DONE]\n\n");
        };
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var texts = new ConcurrentBag<string>();
        var all = Enumerable
            .Range(0, streams)
            .Select(async i =>
            {
                await Task.Delay(i % 50 * 20);
                using var response = await live.Send(
                    "/v1/chat/completions",
                    """{"model":"m","stream":true,"messages":[]}""",
                    when: HttpCompletionOption.ResponseHeadersRead
                );
                texts.Add(await response.Content.ReadAsStringAsync());
            })
            .ToArray();
        await LiveDeployment.Until(() => Volatile.Read(ref halfway) == streams);
        Assert.Equal(streams, live.Running.Gateway.InFlight);
        var held =
            live.Running.Gateway.Services.InFlight.All()
                .Sum(exchange => (long)exchange.Answer.Length + (exchange.Request.Buffer?.Length ?? 0)) / streams;
        var managed = (GC.GetTotalMemory(forceFullCollection: true) - before) / streams;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{held} bytes of buffers a stream; {managed} bytes of heap a stream, client, gateway and model server together"
        );
        release.SetResult();
        await Task.WhenAll(all).WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        var expected =
            string.Concat(
                Enumerable.Range(0, events).Select(i => $"data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{i},\"}}}}]}}\n\n")
            ) + "data: [DONE]\n\n";
        Assert.All(texts, text => Assert.Equal(expected, text));
        Assert.InRange(held, 1, 32 * 1024);
    }

    [Fact]
    public async Task Streams_WhenFiveThousandAreOpenOverHttp2_ThenNoneIsBrokenOrReorderedAndTheProcessStaysSmall()
    {
        const int streams = 5_000,
            warm = 500,
            events = 12;
        var release = new TaskCompletionSource();
        var open = 0;
        await using var upstream = await ScriptedUpstream.StartAsync(http2: true);
        upstream.Answer = async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var number = await reader.ReadToEndAsync();
            number = number[(number.IndexOf('#') + 1)..number.LastIndexOf('#')];
            for (var i = 0; i < events; i++)
            {
                await ScriptedUpstream.Events(http, Event(number, i));
                if (i == events / 2)
                {
                    Interlocked.Increment(ref open);
                    await release.Task;
                }

                await Task.Delay(300);
            }

            await ScriptedUpstream.Events(http, "data: [DONE]\n\n");
        };
        using var folder = new LogFolder();
        var data = Path.Combine(folder.Path, "data");
        var config = folder.Write("c.yaml", $"upstreams: [{{ url: {upstream.Address}, http2: yes }}]\n");
        using var process = ProgramProcess.Start("up", "--config", config, "--data", data, "--port", "0", "--console-port", "0");
        try
        {
            var address = await ProgramProcess.AddressAsync(process, "gateway");
            var key = await ProgramProcess.KeyAsync("many", data);
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
            {
                BaseAddress = new Uri(address),
                Timeout = TimeSpan.FromMinutes(4),
            };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            await LiveDeployment.Until(() => client.GetAsync("/v1/models").GetAwaiter().GetResult().IsSuccessStatusCode);

            async Task<long> Round(int count)
            {
                (release, open) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0);
                var answers = Enumerable
                    .Range(0, count)
                    .Select(async number =>
                    {
                        await Task.Delay(number % 100 * 60);
                        using var response = await client.PostAsync(
                            "/v1/chat/completions",
                            new StringContent(
                                $$"""{"model":"m","stream":true,"messages":[{"role":"user","content":"#{{number}}#"}]}""",
                                Encoding.UTF8,
                                "application/json"
                            )
                        );
                        return await response.Content.ReadAsStringAsync();
                    })
                    .ToArray();
                for (var i = 0; i < 900 && Volatile.Read(ref open) < count; i++)
                {
                    await Task.Delay(100, TestContext.Current.CancellationToken);
                }

                Assert.Equal(count, open);
                var bytes = ProgramProcess.ResidentBytes(process);
                release.SetResult();
                var texts = await Task.WhenAll(answers).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
                for (var number = 0; number < count; number++)
                {
                    Assert.Equal(
                        string.Concat(Enumerable.Range(0, events).Select(i => Event(number.ToString(CultureInfo.InvariantCulture), i)))
                            + "data: [DONE]\n\n",
                        texts[number]
                    );
                }

                return bytes;
            }

            var before = await Round(warm); // what is compiled and made once is there
            var during = await Round(streams);
            var each = (during - before) / (streams - warm);
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{before >> 20} MB with {warm} streams, {during >> 20} MB with {streams}: {each} bytes a stream"
            );
            Assert.InRange(each, 1, 32 * 1024);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static string Event(string number, int i) =>
        $"data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{number}:{i},\"}}}}]}}\n\n";
}
