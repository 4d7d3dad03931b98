using System.Diagnostics;
using System.Net;
using Stillwatch.Tests.Logs;
using Stillwatch.Tests.World;
using Xunit;

namespace Stillwatch.Tests.App.Verbs;

/// <summary>The executable as a user starts it: verbs, exit status, what goes to which stream.</summary>
public sealed class VerbTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--help")]
    [InlineData("scan", "--help")]
    [InlineData("score", "--help")]
    [InlineData("calibrate", "--help")]
    [InlineData("up", "--help")]
    public void Help_WhenAsked_ThenItIsGivenAndTheStatusIsZero(params string[] arguments)
    {
        var (status, output, error) = Run(arguments);
        Assert.Equal((0, ""), (status, error));
        Assert.Contains("Usage:", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Path_WhenCalibratedScannedAndScored_ThenEachVerbDoesItsPart()
    {
        var honest = new SmallWorld(seed: 1, campaign: false, people: 160).WriteTo(
            Directory.CreateDirectory(Path.Combine(_folder.Path, "honest")).FullName
        );
        var world = new SmallWorld(seed: 2, campaign: true).WriteTo(_folder.Path, zipped: true);
        string In(string name) => Path.Combine(_folder.Path, name);

        var (status, output, error) = Run("calibrate", honest.Log, "--accounts", honest.Accounts, "--out", In("c.json"));
        Assert.True(status == 0, error);
        Assert.Contains("no list of honest accounts", output, StringComparison.Ordinal);

        (status, output, error) = Run(
            "scan",
            world.Log,
            "--accounts",
            world.Accounts,
            "--calibration",
            In("c.json"),
            "--out",
            In("r.json"),
            "--report",
            In("r.html")
        );
        Assert.True(status == 0, error);
        Assert.Contains("1 campaign, ", output, StringComparison.Ordinal);
        Assert.Contains("24 accounts", output, StringComparison.Ordinal);
        Assert.True(new FileInfo(In("r.html")).Length > 2_000);

        (status, output, error) = Run("score", In("r.json"), "--labels", world.Labels, world.Log);
        Assert.True(status == 0, error);
        Assert.Contains("found   24 of 24 accounts", output, StringComparison.Ordinal);
        Assert.Matches(@"false_positive_rate\s+0\.0000", output);
    }

    [Fact]
    public void Scan_WhenALineIsBad_ThenItIsNamedAndOnlyStrictMakesItAnError()
    {
        var log = _folder.Write("x.jsonl", LogFolder.Line("a", 1) + "{broken\n");
        var (status, _, error) = Run("scan", log, "--quiet");
        Assert.Equal(0, status);
        Assert.Contains("x.jsonl:2: not valid JSON", error, StringComparison.Ordinal);
        Assert.Equal(2, Run("scan", log, "--quiet", "--strict").Status);
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(200_000)]
    public void Scan_WhenALogIsTenTimesAsLong_ThenItTakesNoMoreMemory(int exchanges)
    {
        // The heap is limited to 160 MB: what is not profiles (200 accounts here) is read, sorted and merged within it, however long the
        // log.
        var log = Path.Combine(_folder.Path, "long.jsonl");
        using (var file = new StreamWriter(log))
        {
            for (var i = 0; i < exchanges; i++)
            {
                file.WriteLine(
                    $"{{\"id\":\"x{i * 7919L % exchanges}\",\"time\":\"2026-03-{2 + i * 31L % 20:00}T{i * 7 % 24:00}:{i * 13 % 60:00}:{i % 60:00}.000Z\",\"account\":\"a{i % 200}\",\"request\":{{\"prompt\":\"compare number {i * 31L % 10_007} with number {i}, and say what they share {new string('x', i % 400)}\"}},\"usage\":{{\"output_tokens\":{i % 500}}}}}"
                );
            }
        }

        var (status, output, error) = RunIn(new() { ["DOTNET_GCHeapHardLimit"] = "0xA000000" }, "scan", log);
        Assert.True(status == 0, error);
        Assert.Contains($"{exchanges:N0} exchanges of 200 accounts", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scan")]
    [InlineData("scan", "/nowhere/at-all.jsonl")]
    [InlineData("scan", "--calibration", "/dev/null", "/dev/null")]
    [InlineData("scan", "--no-such-option", "x")]
    [InlineData("scan", "--cores", "100000", "/dev/null")]
    [InlineData("scan", "--out", "/tmp/one", "--report", "/tmp/one", "/dev/null")]
    [InlineData("score", "/nowhere/r.json", "--labels", "/nowhere/l.json", "/nowhere/x.jsonl")]
    [InlineData("calibrate", "/nowhere/x.jsonl", "--out", "/nowhere/c.json")]
    [InlineData("no-such-verb")]
    [InlineData("help", "no-such-verb")]
    [InlineData("up", "--port", "abc")]
    [InlineData("up", "--config", "/tmp")]
    [InlineData("up", "--no-such-option")]
    [InlineData("scan", "--cores", "0", "/dev/null")]
    [InlineData("scan", "--cores", "many", "/dev/null")]
    [InlineData("scan", "/dev/null", "--no-such-option")]
    [InlineData("scan", "--account", "somebody", "/dev/null")]
    [InlineData("scan", "/dev/null", "--accounts", "/tmp")]
    [InlineData("scan", "/dev/null", "--calibration", "/tmp")]
    [InlineData("scan", "/dev/null", "--embedder", "/tmp")]
    [InlineData("scan", "/dev/null", "--embedder", "/proc/version")]
    [InlineData("score", "/tmp", "/dev/null", "--labels", "/tmp")]
    [InlineData("keys")]
    [InlineData("keys", "create")]
    [InlineData("keys", "create", "alice")]
    [InlineData("keys", "list", "--data", "/nowhere")]
    [InlineData("accounts", "import", "/tmp", "--data", "/tmp/stillwatch-no-such-folder/x")]
    [InlineData("query")]
    [InlineData("replay", "/nowhere/x.jsonl")]
    [InlineData("replay", "/nowhere/x.jsonl", "--into", "here")]
    [InlineData("upstream", "--port", "99999")]
    [InlineData("range")]
    [InlineData("range", "run")]
    [InlineData("range", "run", "no-such-scenario")]
    [InlineData("range", "run", "ordinary-month", "--mode", "fast")]
    [InlineData("range", "run", "ordinary-month", "--scale", "-1")]
    [InlineData("range", "run", "ordinary-month", "--seeds", "0")]
    [InlineData("range", "curve", "/tmp")]
    [InlineData("range", "train", "--preset", "no-such-preset")]
    [InlineData("calibrate", "/dev/null", "--honest", "/tmp", "--out", "/tmp/stillwatch-no-such-file")]
    [InlineData("backtest", "/dev/null", "--against", "/tmp")]
    [InlineData("evaluate", "/nowhere")]
    [InlineData("evaluate", "/tmp", "--draws", "0")]
    public void Arguments_WhenTheyCannotBeUsed_ThenOneLineSaysWhyAndTheStatusIsTwo(params string[] arguments)
    {
        var (status, output, error) = Run(arguments);
        Assert.Equal((2, ""), (status, output));
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.StartsWith("stillwatch: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", error, StringComparison.Ordinal);
        Assert.DoesNotContain("xception", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Access to the path", error, StringComparison.Ordinal);
        Assert.DoesNotContain("[U+", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_WhenAskedByTheVerb_ThenItIsWhatTheOptionSaysAndNamesWhatTheScriptDoes()
    {
        var (status, output, _) = Run("help");
        Assert.Equal((0, Run("--help").Output), (status, output));
        Assert.All(["test", "bench", "help", "scan"], verb => Assert.Matches($@"(?m)^  {verb}\b", output));
        Assert.Equal(Run("keys", "create", "--help").Output, Run("help", "keys", "create").Output);
    }

    [Theory]
    [InlineData(true, "upstream", "--port", "0")]
    [InlineData(false, "range", "run", "ordinary-month")]
    public async Task Verb_WhenItIsInterrupted_ThenItEndsAsShellsHaveIt(bool says, params string[] arguments)
    {
        const int Interrupt = 1 << 1; // the bit of SIGINT
        Assert.SkipWhen(
            (
                Convert.ToInt32(
                    File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[^4..],
                    16
                ) & Interrupt
            ) != 0,
            "whoever started the tests has SIGINT ignored, as shells have it in the background"
        );
        using var process = Start(arguments);
        Assert.Equal(
            1,
            await (says ? process.StandardOutput : process.StandardError).ReadAsync(new char[1], TestContext.Current.CancellationToken)
        ); // it is at work
        Process.Start("kill", ["-INT", process.Id.ToString()]).WaitForExit();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
    }

    [Fact]
    public void Scan_WhenOutIsNoRegularFile_ThenItIsWrittenThere()
    {
        var log = _folder.Write("x.jsonl", LogFolder.Line("a", 1));
        var (status, output, _) = Run("scan", log, "--quiet", "--out", "/dev/stdout");
        Assert.Equal(0, status);
        Assert.Contains("\"version\": 1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_WhenStarted_ThenGatewayAndConsoleAnswerOnLoopbackAndItStopsOnASignal()
    {
        using var process = Start("up", "--port", "0", "--console-port", "0", "--data", Path.Combine(_folder.Path, "data"));
        Assert.Contains(
            "the house model, a very small one",
            await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        var gateway = await Address(process, "gateway");
        var console = await Address(process, "console");
        using var client = new HttpClient();
        Assert.Contains(
            "Stillwatch",
            await client.GetStringAsync(new Uri(console), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        Assert.Equal(
            HttpStatusCode.OK,
            (await client.GetAsync(new Uri(gateway + "/healthz"), TestContext.Current.CancellationToken)).StatusCode
        );
        Process.Start("kill", ["-TERM", process.Id.ToString()]).WaitForExit();
        Assert.True(process.WaitForExit(Stillwatch.Tests.Gateway.LiveDeployment.Patience));
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Up_WhenItStopsOnAFullDisk_ThenItSaysWhatIsLostAndTheStatusIsOne()
    {
        await using var upstream = await Gateway.ScriptedUpstream.StartAsync();
        var data = Path.Combine(_folder.Path, "data");
        using var process = StartIn(
            new() { ["STILLWATCH__CONSOLE__SIMULATE"] = "true" },
            ["up", "--port", "0", "--console-port", "0", "--data", data, "--upstream", upstream.Address]
        );
        var (gateway, console) = (await Address(process, "gateway"), await Address(process, "console"));
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new(
            "Bearer",
            (await File.ReadAllTextAsync(Path.Combine(data, "console.token"), TestContext.Current.CancellationToken)).Trim()
        );
        using var full = await client.PostAsync(
            new Uri(console + "/api/simulate/disk-full?on=true"),
            null,
            TestContext.Current.CancellationToken
        );
        var (_, key, _) = Run("keys", "create", "--account", "a", "--data", data);
        client.DefaultRequestHeaders.Authorization = new("Bearer", key.Trim());
        var large = $$"""{"model":"m","messages":[{"role":"user","content":"{{new string('x', 1_000_000)}}"}]}""";
        for (var i = 0; i < 70; i++) // beyond the open segment, of which the disk gave 64 MiB before
        {
            using var response = await client.PostAsync(
                new Uri(gateway + "/v1/chat/completions"),
                new StringContent(large, System.Text.Encoding.UTF8, "application/json"),
                TestContext.Current.CancellationToken
            );
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Process.Start("kill", ["-TERM", process.Id.ToString()]).WaitForExit();
        var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Matches("[1-9][0-9]* exchanges are lost: they were held in memory, and the disk is full", said);
        Assert.Equal(1, process.ExitCode);
    }

    private static async Task<string> Address(Process process, string what)
    {
        var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith(what, line, StringComparison.Ordinal);
        return line!.Split(' ').First(word => word.StartsWith("http://127.0.0.1:", StringComparison.Ordinal));
    }

    internal static (int Status, string Output, string Error) Run(params string[] arguments) => RunIn([], arguments);

    private static (int Status, string Output, string Error) RunIn(Dictionary<string, string> environment, params string[] arguments)
    {
        using var process = StartIn(environment, arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    private static Process Start(params string[] arguments) => StartIn([], arguments);

    private static Process StartIn(Dictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet"
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Stillwatch.App.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Stillwatch.Tests.App.Deployment.ProgramProcess.Started(start);
    }
}
