using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.Decisions;
using Stillwatch.Tests.Gateway;
using Xunit;

namespace Stillwatch.Tests.Console.Desk;

/// <summary>Every path of the console × everybody who may call it: made of the paths that there are, so that a new one is in it.</summary>
public sealed class DeskEndpointsTests
{
    private static readonly string[] Open = ["/", "/healthz"];

    [Fact]
    public async Task Paths_WhenEverybodyCallsEachOfThem_ThenOnlyWhoMayIsLetIn()
    {
        await using var live = await LiveDeployment.StartAsync();
        var decisions = live.Running.Decisions;
        var callers = new List<(string Name, string? Token, bool IsPerson, bool IsIn)>
        {
            ("nobody", null, false, false),
            ("a made-up token", "swp_made-up", false, false),
            ("the operator", live.Running.Token, false, true),
        };
        foreach (var role in Enum.GetValues<Role>().Where(role => role != Role.None))
        {
            callers.Add((role.ToString(), Add("of-" + RoleWords.Of(role), role), true, true));
        }

        callers.Add(("removed", Add("gone", Role.Analyst), true, false));
        decisions.Decide(Actors.Administrator, "", new Decision.PersonRemoved("gone"));
        var routes = live.Running.Console.Routes.ToList();
        Assert.True(routes.Count > 20, string.Join('\n', routes));
        foreach (var (method, path) in routes.Where(route => !Open.Contains(route.Path) && route.Path != "/api/live"))
        {
            foreach (var (name, token, isPerson, isIn) in callers)
            {
                var status = await Call(live, method, path, token);
                var forPeople = method == "GET" || path is "/api/decisions" or "/api/policy/preview";
                if (!isIn)
                {
                    Assert.True(status == HttpStatusCode.Unauthorized, $"{name}: {method} {path}: {status}");
                }
                else if (isPerson && !forPeople)
                {
                    Assert.True(status == HttpStatusCode.Forbidden, $"{name}: {method} {path}: {status}");
                }
                else
                {
                    Assert.True(
                        status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden),
                        $"{name}: {method} {path}: {status}"
                    );
                }
            }
        }

        string Add(string name, Role role)
        {
            var token = "swp_" + RandomNumberGenerator.GetHexString(64, lowercase: true);
            decisions.Decide(Actors.Administrator, "", new Decision.PersonPut(name, role));
            decisions.Decide(
                Actors.Administrator,
                "",
                new Decision.TokenIssued(name, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))))
            );
            return token;
        }
    }

    [Theory]
    [InlineData("", "a list of objects")]
    [InlineData("[]", "a list of objects")]
    [InlineData("""{"decisions":[]}""", "a list of objects")]
    [InlineData("""{"decisions":[1]}""", "an object with 'kind'")]
    [InlineData("""{"decisions":[{"kind":"no_such"}]}""", "no_such")]
    [InlineData("""{"decisions":[{"kind":"case_noted","case":"case-1","text":"x"}]}""", "case-7k2m9qt4")]
    [InlineData("""{"decisions":[{"kind":"case_noted","case":"case-7k2m9qt4","text":"x","more":1}]}""", "more")]
    [InlineData("""{"decisions":[{"kind":"measure_proposed","measure":{"rung":"erase","subjects":["account:a"]}}]}""", "measure.rung")]
    [InlineData(
        """{"decisions":[{"kind":"measure_proposed","measure":{"rung":"slow","subjects":["campaign:c-0000000"]}}]}""",
        "no flagged campaign"
    )]
    public async Task Decisions_WhenTheyCannotBeRead_ThenItSaysWhatIsWrong_AndNothingIsDecided(string body, string says)
    {
        await using var live = await LiveDeployment.StartAsync();
        var before = live.Running.Decisions.Standing.Number;
        using var console = live.Console();
        using var answer = await console.PostAsync(
            "/api/decisions",
            new StringContent(body, Encoding.UTF8, "application/json"),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var error = (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"];
        Assert.True(body.Length == 0 || error!.Contains(says, StringComparison.Ordinal), error);
        Assert.Equal(before, live.Running.Decisions.Standing.Number);
    }

    private static async Task<HttpStatusCode> Call(LiveDeployment live, string method, string path, string? token)
    {
        using var client = new HttpClient { BaseAddress = new Uri(live.Running.ConsoleAddress) };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = token == null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
