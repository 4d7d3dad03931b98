using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.App.Configuration;
using Stillwatch.App.Trials.House;
using Stillwatch.Range.House.Serving;
using Stillwatch.Tests.App.Deployment;
using Stillwatch.Tests.Range.House;
using Xunit;

namespace Stillwatch.Tests.App.Trials.House;

public sealed class HouseUpstreamTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("stillwatch-house-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Up_WhenNoUpstreamIsGivenAndTheModelIsThere_ThenTheGatewayAnswersWithIt()
    {
        Models.Small.Save(Path.Combine(_data, "house", "ready"));
        using var process = ProgramProcess.Start("up", "--data", _data, "--port", "0", "--console-port", "0");
        var address = await ProgramProcess.AddressAsync(process, "gateway");
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(address) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", await ProgramProcess.KeyAsync("me", _data));
        Assert.Contains("the house model answers", await client.GetStringAsync("/readyz", TestContext.Current.CancellationToken));
        Assert.Contains(HouseServer.ModelName, await client.GetStringAsync("/v1/models", TestContext.Current.CancellationToken));
        using var response = await client.PostAsync(
            "/v1/chat/completions",
            new StringContent(
                """{"model":"stillwatch-house","max_tokens":5,"logit_bias":{"62":100},"messages":[{"role":"user","content":"hi"}]}""",
                Encoding.UTF8,
                "application/json"
            ),
            TestContext.Current.CancellationToken
        );
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(5, (int)JsonNode.Parse(text)!["usage"]!["completion_tokens"]!);
        await ProgramProcess.StopAsync(process);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Start_WhenTheModelCannotBeMade_ThenThatIsSaidInThePlaceOfAnAnswer()
    {
        var folder = Path.Combine(_data, "house");
        Directory.CreateDirectory(Path.Combine(folder, "ready"));
        await File.WriteAllTextAsync(Path.Combine(folder, "ready", "model.safetensors"), "no model", TestContext.Current.CancellationToken);
        await using var house = await HouseUpstream.StartAsync(new HouseSettings(Exposure.Full, 1), TestContext.Current.CancellationToken);
        house.Begin(folder);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(house.Address) };
        await Stillwatch.Tests.Gateway.LiveDeployment.Until(() =>
            house.NotReady?.Contains("could not be made", StringComparison.Ordinal) == true
        );
        using var response = await client.PostAsync("/v1/chat/completions", new StringContent("{}"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("could not be made", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
