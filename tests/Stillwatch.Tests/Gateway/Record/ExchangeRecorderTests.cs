using System.Text;
using Stillwatch.Gateway;
using Stillwatch.Gateway.Failures;
using Stillwatch.Gateway.Record;
using Stillwatch.Gateway.Surface;
using Stillwatch.Hosting;
using Xunit;

namespace Stillwatch.Tests.Gateway.Record;

public sealed class ExchangeRecorderTests : IAsyncLifetime
{
    private const string Chat = """{"model":"m","messages":[{"role":"user","content":"hi"}]}""";

    private LiveDeployment _live = null!;
    private ExchangeRecorder _recorder = null!;

    private GatewayServices Services => _live.Running.Gateway.Services;

    public async ValueTask InitializeAsync()
    {
        _live = await LiveDeployment.StartAsync([("journal.spill_bytes", "0"), ("journal.segment_bytes", "1048576")]);
        _recorder = new ExchangeRecorder(Services);
    }

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    [Fact]
    public async Task Move_WhenAnAnswerIsLong_ThenWhatTheClientHasGoesToTheJournalInItsOrderAndLittleIsHeld()
    {
        var exchange = Begun();
        var sent = new StringBuilder();
        exchange.Record!.IsStream = false;
        for (var i = 0; i < 60; i++)
        {
            var piece = $"[{i}:{new string((char)('a' + i % 26), 10_000)}]";
            Add(exchange, piece);
            sent.Append(piece);
            exchange.Sent = exchange.Have - 5; // the end is held back
            var (have, last) = (exchange.Have, exchange.Answer[exchange.Have - 1]);
            var moved = _recorder.Move(exchange);
            Assert.Equal(have < 64 * 1024 ? 0 : have - 5, moved);
            Assert.Equal((have - moved, last), (exchange.Have, exchange.Answer[exchange.Have - 1]));
            Assert.InRange(exchange.Have, 5, 80_000);
            Assert.Equal(moved > 0 ? 0 : have - 5, exchange.Sent);
        }

        Assert.True(exchange.Journaled > 500_000);
        Assert.True(await _recorder.EndAsync(exchange));
        Assert.Equal(
            sent.ToString(),
            Encoding.UTF8.GetString(Convert.FromBase64String((string)Assert.Single(_live.Record())["response_raw"]!))
        );
    }

    [Fact]
    public void Move_WhenTheClientHasLittleOfIt_ThenItWaits()
    {
        var exchange = Begun();
        Add(exchange, new string('x', 100_000));
        exchange.Sent = 49_999;
        Assert.Equal(0, _recorder.Move(exchange));
        exchange.Sent = exchange.Allowed = 50_000;
        Assert.Equal(
            (50_000, 50_000, 0, 0, 50_000),
            (_recorder.Move(exchange), exchange.Have, exchange.Sent, exchange.Allowed, exchange.Journaled)
        );
    }

    [Fact]
    public void Begin_WhenNamesAreBeyondAllMeasure_ThenTheyAreNotOnRecordAndTheRequestIs()
    {
        var name = new string('n', 513);
        var exchange = AnExchange.Of(Services, $$"""{"model":"{{name}}","user":"{{name}}","messages":[]}""");
        Assert.Null(_recorder.Begin(exchange));
        Assert.Equal(
            (null, null, "alice", "abcdefgh", "/v1/chat/completions"),
            (exchange.Record!.Model, exchange.Record.EndUser, exchange.Record.Account, exchange.Record.Key, exchange.Record.Endpoint)
        );
        Assert.Contains(name, Encoding.UTF8.GetString(exchange.Record.Request.Span), StringComparison.Ordinal);
        exchange = AnExchange.Of(Services, $$"""{"model":"{{name[1..]}}","user":"{{name[1..]}}","messages":[]}""");
        Assert.Null(_recorder.Begin(exchange));
        Assert.Equal((name[1..], name[1..]), (exchange.Record!.Model, exchange.Record.EndUser));
    }

    [Theory]
    [InlineData("Closed", 503)]
    [InlineData("OpenUnlessFlagged", 0)]
    [InlineData("Open", 0)]
    public async Task Begin_WhenTheJournalTakesNothing_ThenTheSettingDecidesAndTheLossIsCounted(string setting, int status)
    {
        var options = Services.Options with { JournalFault = Enum.Parse<OnJournalFault>(setting) };
        FillDisk();
        var before = _live.Running.Journal.State.Lost;
        var exchange = AnExchange.Of(Services, Chat, options: options);
        Assert.Equal(status, _recorder.Begin(exchange)?.Status ?? 0);
        Assert.Equal((0, false, before + 1), (exchange.Ticket, exchange.OnRecord, _live.Running.Journal.State.Lost));
        if (status == 0)
        {
            Assert.True(await _recorder.EndAsync(exchange)); // one that goes on without a record ends all the same
        }
    }

    [Theory]
    [InlineData("Closed", false)]
    [InlineData("Open", true)]
    public async Task End_WhenTheJournalFailsInTheMiddle_ThenTheSettingDecidesWhetherTheEndIsReleased(string setting, bool released)
    {
        var exchange = AnExchange.Of(Services, Chat, options: Services.Options with { JournalFault = Enum.Parse<OnJournalFault>(setting) });
        Assert.Null(_recorder.Begin(exchange));
        Assert.True(exchange.OnRecord);
        FillDisk();
        Add(exchange, "{}");
        Assert.Equal(released, await _recorder.EndAsync(exchange));
    }

    [Fact]
    public async Task Refused_WhenAKnownKeyIsRefused_ThenItIsOnRecord_AndWhatIsForWantOfRoomIsNot()
    {
        foreach (
            var refusal in new[] { Refusal.NotFound("no such model", "model_not_found"), Refusal.Unavailable("overloaded", "overloaded") }
        )
        {
            await _recorder.RefusedAsync(AnExchange.Of(Services, Chat), refusal, Encoding.UTF8.GetBytes("{\"error\":1}"));
        }

        var line = Assert.Single(_live.Record());
        Assert.Equal(
            ("refused", 404, """{"error":1}"""),
            ((string?)line["outcome"], (int)line["status"]!, line["response"]!.ToJsonString())
        );
    }

    [Theory]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3}}""", 9, 3)]
    [InlineData("""{"choices":[]}""", -1, -1)]
    [InlineData("no JSON", -1, -1)]
    public async Task End_WhenTheServerReportsTokensOrNot_ThenTheyAreWhatItReported(string body, long input, long output)
    {
        var exchange = Begun();
        exchange.Record!.Status = 200;
        Add(exchange, body);
        Assert.True(await _recorder.EndAsync(exchange));
        Assert.Equal((input, output), exchange.Usage);
    }

    private Exchange Begun()
    {
        var exchange = AnExchange.Of(Services, Chat);
        exchange.Answer = [];
        Assert.Null(_recorder.Begin(exchange));
        return exchange;
    }

    private static void Add(Exchange exchange, string piece)
    {
        var bytes = Encoding.UTF8.GetBytes(piece);
        if (exchange.Answer.Length < exchange.Have + bytes.Length)
        {
            var larger = new byte[(exchange.Have + bytes.Length) * 2];
            exchange.Answer.AsSpan(0, exchange.Have).CopyTo(larger);
            exchange.Answer = larger;
        }

        bytes.CopyTo(exchange.Answer, exchange.Have);
        exchange.Have += bytes.Length;
    }

    /// <summary>Fills the open segment: the disk gives no other.</summary>
    private void FillDisk()
    {
        _live.Running.Faults.Set(Fault.DiskFull, on: true);
        while (_live.Running.Journal.Signal(new byte[50_000]))
        {
            // there is room still
        }

        while (_live.Running.Journal.Signal([]))
        {
            // and for small ones
        }
    }
}
