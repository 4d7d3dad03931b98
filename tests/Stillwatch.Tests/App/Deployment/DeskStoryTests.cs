using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Stillwatch.App.Configuration;
using Stillwatch.Tests.Gateway;
using Stillwatch.Tests.Logs;
using Stillwatch.Tests.Structure;
using Xunit;

namespace Stillwatch.Tests.App.Deployment;

/// <summary>
/// The whole story over HTTP, on the sample's real campaign: found, a case, a preview, two people, carried out, replacements, an appeal,
/// the
/// report. What customers get is looked at, not what the program says of it.
/// </summary>
public sealed class DeskStoryTests
{
    private const string Question = """{"model":"m","messages":[{"role":"user","content":"hello"}]}""";
    private const int HeldBack = 3;

    [Fact]
    public async Task Story_WhenACampaignIsFound_ThenPeopleDecideAndTheGatewayCarriesItOut()
    {
        using var folder = new LogFolder();
        await using var live = await LiveDeployment.StartAsync(
            config: folder.Write("c.yaml", "gateway: { trusted_proxies: [127.0.0.0/8] }\n")
        );
        var sample = Path.Combine(Tree.Root, "samples", "demo");
        live.Running.Accounts.Import(AccountRows.Read(Path.Combine(sample, "accounts.jsonl")).Rows);
        var (first, later, members) = Lines(sample);
        using var console = live.Console();
        var people = new People(console);
        await people.AddAsync("ana", "analyst");
        await people.AddAsync("ben", "approver");
        await people.AddAsync("cleo", "approver");
        await people.AddAsync("adam", "auditor");
        var (known, honest) = (members[0], "acct-honest");
        var keys = live.Running.Accounts.CreateKeys([.. members, honest], "test", null);

        // found: a case is opened for the campaign, with what it is taken for
        await SendAsync(console, first);
        var about = await people.UntilAsync("ana", "/api/cases", cases => (string?)cases.AsArray().FirstOrDefault()?["id"]);
        var campaign = (string)(await people.GetAsync("ana", "/api/cases"))[0]!["campaigns"]![0]!;
        await people.UntilAsync("ana", $"/api/cases/{about}", one => (string?)one["case"]!["hypotheses"]!["lab"]?["words"]);

        // shadow: rules have chosen, and nobody is touched
        await people.UntilAsync("ana", "/api/measures", measures =>
            measures.AsArray().Count >= 3 && measures.AsArray().All(one => (bool)one!["is_shadow"]! && !(bool)one["acts"]!) ? "" : null
        );
        using (var served = await live.Send("/v1/chat/completions", Question, keys[known]))
        {
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
            Assert.DoesNotContain(served.Headers, header => header.Key.StartsWith("stillwatch", StringComparison.OrdinalIgnoreCase));
        }

        // preview, before anything is switched on
        var policy = (await people.GetAsync("ana", "/api/policy")).AsObject();
        policy["version"] = 2;
        policy["shadow"] = false;
        policy["two_people_from"] = "refuse";
        var preview = await people.PostAsync("ana", "/api/policy/preview?days=30", policy.DeepClone());
        var refused = preview["rules"]!
            .AsArray()
            .Single(rule => (string?)rule!["rung"] == "refuse" && rule["campaigns"]!.AsArray().Count > 0)!;
        Assert.Equal(members.Count - HeldBack, refused["accounts"]!.AsArray().Count);
        Assert.All(refused["accounts"]!.AsArray(), one => Assert.Contains((string)one!["account"]!, members));

        // a policy wants two people, and one person with two tokens is one
        await people.DecideAsync("ana", "the campaign is plain", new JsonObject { ["kind"] = "policy_proposed", ["policy"] = policy });
        await people.RefusedAsync("ana", "no approver", Kind("policy_approved", "version", 2));
        await people.DecideAsync("ben", "", Kind("policy_approved", "version", 2));
        var measure = await people.UntilAsync("ben", "/api/measures", measures =>
            (string?)measures.AsArray().FirstOrDefault(one => (int)one!["waits"]! == 2)?["id"]
        );
        await people.DecideAsync("ben", "", Kind("measure_approved", "measure", measure));
        await people.TokenAsync("ben");
        await people.RefusedAsync("ben", "approved", Kind("measure_approved", "measure", measure));
        await people.RefusedAsync("adam", "auditor", Kind("measure_approved", "measure", measure), says: "approver");
        using (var stripped = await live.Send("/v1/chat/completions", Question, keys[known]))
        {
            Assert.Equal(HttpStatusCode.OK, stripped.StatusCode);
            Assert.Contains("strip=", stripped.Headers.GetValues("stillwatch-measures").Single(), StringComparison.Ordinal);
            Assert.Contains(
                "Hello there.",
                await stripped.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
        }

        // the second person: in force at once, and it says so in the dialect's own form
        await people.DecideAsync("cleo", "", Kind("measure_approved", "measure", measure));
        using (var answer = await live.Send("/v1/chat/completions", Question, keys[known]))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(about, answer.Headers.GetValues("stillwatch-case").Single());
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            Assert.Equal("content_filter", (string?)body["choices"]![0]!["finish_reason"]);
            Assert.Equal(about, (string?)body["stillwatch"]!["case"]);
        }

        Assert.Equal("Refused", live.Record()[^1]["outcome"]!.ToString(), ignoreCase: true);

        // replacements: accounts that are tied to the campaign later come under the measure by themselves
        await SendAsync(console, later);
        foreach (var replacement in members.TakeLast(HeldBack))
        {
            await LiveDeployment.Until(() =>
            {
                using var answer = live.Send("/v1/chat/completions", Question, keys[replacement]).GetAwaiter().GetResult();
                return answer.Headers.Contains("stillwatch-case");
            });
        }

        // the customer knows its case, nobody else does, and an appeal that is granted takes it back
        Assert.Equal(HttpStatusCode.NotFound, (await CaseAsync(live, keys[honest], about)).StatusCode);
        var own = await CaseAsync(live, keys[known], about);
        Assert.Equal(
            "suspended",
            (string?)JsonNode.Parse(await own.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["status"]
        );
        using (var appeal = await live.Send($"/v1/safety/cases/{about}/appeals", """{"text":"We label our own data."}""", keys[known]))
        {
            Assert.Equal(HttpStatusCode.OK, appeal.StatusCode);
        }

        var answered = Kind("appeal_answered", "case", about);
        (answered["subject"], answered["granted"]) = ($"account:{known}", true);
        await people.RefusedAsync("ana", "no approver", (JsonObject)answered.DeepClone());
        await people.DecideAsync("ben", "a contract was shown", answered);
        using (var again = await live.Send("/v1/chat/completions", Question, keys[known]))
        {
            Assert.DoesNotContain(again.Headers, header => header.Key.StartsWith("stillwatch", StringComparison.OrdinalIgnoreCase));
            Assert.Contains(
                "Hello there.",
                await again.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
        }

        using (var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions"))
        {
            // from elsewhere and with another program: the watch would tie it to the campaign by the address of this test
            request.Content = new StringContent(
                Question.Replace("hello", "how are you", StringComparison.Ordinal),
                Encoding.UTF8,
                "application/json"
            );
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", keys[honest]);
            request.Headers.Add("x-forwarded-for", "203.0.113.77");
            request.Headers.UserAgent.ParseAdd("Browser/1.0");
            using var untouched = await live.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, untouched.StatusCode);
            Assert.DoesNotContain(untouched.Headers, header => header.Key.StartsWith("stillwatch", StringComparison.OrdinalIgnoreCase));
        }

        // a second gateway that reads the same record carries the same decisions out, and goes on after a restart
        await using (var other = await LiveDeployment.StartAsync([("decisions.database", Path.Combine(live.Path, "decisions.db"))]))
        {
            var key = other.Running.Accounts.CreateKey(members[1], null, null, "test", null);
            using var answer = await other.Send("/v1/chat/completions", Question, key);
            Assert.Equal(about, answer.Headers.GetValues("stillwatch-case").Single());
        }

        // the report has what was done, with what it is a share of
        var report = await people.GetAsync("adam", "/api/enforcement-report");
        Assert.Equal(members.Count, (int)report["accounts_touched"]!);
        Assert.Equal(1, (int)report["honest_accounts_touched"]!);
        Assert.Equal(1, (int)report["appeals_granted"]!);
        Assert.Contains(report["lines"]!.AsArray(), line => (string?)line!["rung"] == "refuse" && !(bool)line["is_shadow"]!);
        var audit = (await people.GetAsync("adam", "/api/audit")).AsArray();
        Assert.Equal(Enumerable.Range(1, audit.Count), audit.Select(one => (int)one!["number"]!));
        Assert.Contains(audit, one => (string?)one!["by"] == "rule:refuse-labs@1");
        Assert.False(string.IsNullOrEmpty(campaign));
    }

    private static Task<HttpResponseMessage> CaseAsync(LiveDeployment live, string key, string about)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/safety/cases/{about}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return live.Client.SendAsync(request);
    }

    private static async Task SendAsync(HttpClient console, IEnumerable<string> lines)
    {
        using var answer = await console.PostAsync("/api/exchanges", new StringContent(string.Join('\n', lines) + "\n"));
        Assert.Equal(0, (int)JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["rejected"]!);
    }

    /// <summary>
    /// The sample's lines: all but those of the last accounts of its campaign, until an hour ago, then theirs, of the last hour.
    /// </summary>
    private static (List<string> First, List<string> Later, List<string> Members) Lines(string sample)
    {
        var labels = JsonNode.Parse(File.ReadAllText(Path.Combine(sample, "labels.json")))!;
        var members = labels["accounts"]!.AsObject().Where(one => one.Value!["campaign"] != null).Select(one => one.Key).ToList();
        var held = members.TakeLast(HeldBack).ToHashSet(StringComparer.Ordinal);
        using var gzip = new GZipStream(File.OpenRead(Path.Combine(sample, "exchanges.jsonl.gz")), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        List<string> first = [],
            later = [];
        List<JsonNode> all = [];
        while (reader.ReadLine() is { } line)
        {
            all.Add(JsonNode.Parse(line)!);
        }

        var now = DateTimeOffset.UtcNow;
        var shift = now.AddHours(-1) - TimeOf(all[^1]);
        var late = 0;
        foreach (var exchange in all)
        {
            var isLater = held.Contains((string)exchange["account"]!);
            exchange["time"] = (isLater ? now.AddMinutes(-50).AddSeconds(late++) : TimeOf(exchange) + shift).ToString(
                "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"
            );
            (isLater ? later : first).Add(exchange.ToJsonString());
        }

        return (first, later, members);
    }

    private static DateTimeOffset TimeOf(JsonNode exchange) =>
        DateTimeOffset.Parse((string)exchange["time"]!, System.Globalization.CultureInfo.InvariantCulture).ToUniversalTime();

    private static JsonObject Kind(string kind, string field, JsonNode value) => new() { ["kind"] = kind, [field] = value };

    /// <summary>People with their tokens, at the console.</summary>
    private sealed class People(HttpClient console)
    {
        private readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal);

        public async Task AddAsync(string name, string role)
        {
            await SendAsync(
                null,
                "",
                new JsonObject
                {
                    ["kind"] = "person_put",
                    ["name"] = name,
                    ["roles"] = role,
                }
            );
            await TokenAsync(name);
        }

        public async Task TokenAsync(string name)
        {
            var token = "swp_" + RandomNumberGenerator.GetHexString(64, lowercase: true);
            var sha = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
            await SendAsync(
                null,
                "",
                new JsonObject
                {
                    ["kind"] = "token_issued",
                    ["name"] = name,
                    ["sha256"] = sha,
                }
            );
            _tokens[name] = token;
        }

        public async Task<JsonNode> GetAsync(string name, string path) =>
            await CallAsync(name, HttpMethod.Get, path, null, HttpStatusCode.OK);

        public async Task<JsonNode> PostAsync(string name, string path, JsonNode body) =>
            await CallAsync(name, HttpMethod.Post, path, body, HttpStatusCode.OK);

        public async Task DecideAsync(string name, string reason, JsonObject decision) => await SendAsync(name, reason, decision);

        public async Task RefusedAsync(string name, string because, JsonObject decision, string? says = null)
        {
            var body = new JsonObject { ["reason"] = "r", ["decisions"] = new JsonArray(decision) };
            var answer = await CallAsync(name, HttpMethod.Post, "/api/decisions", body, HttpStatusCode.Conflict);
            Assert.Contains(says ?? because, (string)answer["error"]!, StringComparison.Ordinal);
        }

        public async Task<string> UntilAsync(string name, string path, Func<JsonNode, string?> found)
        {
            for (var i = 0; i < 600; i++)
            {
                if (found(await GetAsync(name, path)) is { } value)
                {
                    return value;
                }

                await Task.Delay(100);
            }

            Assert.Fail($"{path} did not come to be so within a minute: {await GetAsync(name, path)}");
            return "";
        }

        private Task<JsonNode> SendAsync(string? name, string reason, JsonObject decision) =>
            CallAsync(
                name,
                HttpMethod.Post,
                "/api/decisions",
                new JsonObject { ["reason"] = reason, ["decisions"] = new JsonArray(decision) },
                HttpStatusCode.OK
            );

        private async Task<JsonNode> CallAsync(string? name, HttpMethod method, string path, JsonNode? body, HttpStatusCode expected)
        {
            using var request = new HttpRequestMessage(method, path);
            request.Content = body == null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            request.Headers.Authorization =
                name == null ? console.DefaultRequestHeaders.Authorization : new AuthenticationHeaderValue("Bearer", _tokens[name]);
            using var answer = await console.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode == expected, $"{method} {path}: {(int)answer.StatusCode} {text}");
            return JsonNode.Parse(text)!;
        }
    }
}
