using Stillwatch.Range.House.Decoding;
using Stillwatch.Range.House.Tokens;
using Xunit;

namespace Stillwatch.Tests.Range.House;

public sealed class DecodingTests
{
    private static readonly HashSet<int> NoEnds = [];
    private static readonly Transformer Model = new(Models.Small);

    [Fact]
    public void Multiply_WhenHeldAgainstPlainSums_ThenItIsClose_AndDoesNotDependOnHowManyRowsThereAre()
    {
        var random = new Random(3);
        foreach (var (rows, inner, outer) in ((int, int, int)[])[(1, 16, 1), (5, 64, 7), (4, 96, 8), (13, 352, 130)])
        {
            var (x, w) = (Normal(random, rows * inner), Normal(random, outer * inner));
            var y = new float[rows * outer];
            MatrixProduct.Multiply(x, rows, inner, w, outer, y);
            for (var i = 0; i < rows; i++)
            {
                var alone = new float[outer];
                MatrixProduct.Multiply(x.AsSpan(i * inner, inner), 1, inner, w, outer, alone);
                Assert.Equal(alone, y[(i * outer)..((i + 1) * outer)]); // to the bit
                for (var j = 0; j < outer; j++)
                {
                    Assert.Equal(Enumerable.Range(0, inner).Sum(k => (double)x[i * inner + k] * w[j * inner + k]), y[i * outer + j], 1e-4);
                }
            }
        }
    }

    [Fact]
    public void Read_WhenTokensAreReadTogetherOrOneByOne_ThenTheLogitsAreTheSameToTheBit()
    {
        int[] tokens = [.. Models.Tokenizer.Encode("What is 47 times 36? And who is the king of Velmar?")];
        var together = new float[Models.Small.Shape.Vocabulary];
        var state = new KeyValues(Models.Small.Shape);
        Model.Read([.. tokens.Select((token, i) => new Row(state, token, i, i == tokens.Length - 1))], new(), together);
        var oneByOne = new float[Models.Small.Shape.Vocabulary];
        state = new KeyValues(Models.Small.Shape);
        for (var i = 0; i < tokens.Length; i++)
        {
            Model.Read([new Row(state, tokens[i], i, true)], new(), oneByOne);
        }

        Assert.Equal(together, oneByOne);
    }

    [Fact]
    public async Task Begin_WhenSixtyFourAskAtOnce_ThenEachIsAnsweredAsIfAlone()
    {
        var prompts = Enumerable
            .Range(0, 64)
            .Select(i => new Conversation(Models.Tokenizer).User($"{new string('x', i)} question {i}").Ask().Tokens)
            .ToList();
        using var one = new BatchDecoder(Model, threads: 1, mostTogether: 1);
        var alone = new List<int[]>();
        foreach (var (prompt, i) in prompts.Select((prompt, i) => (prompt, i)))
        {
            alone.Add(await AnswerAsync(one, prompt, i));
        }

        using var many = new BatchDecoder(Model, threads: 2);
        var together = await Task.WhenAll(prompts.Select((prompt, i) => AnswerAsync(many, prompt, i)));
        Assert.Equal(alone, together);
        Assert.Equal(64 * 40, many.Tokens.Made);
        Assert.Equal(prompts.Sum(prompt => prompt.Count), many.Tokens.Prompt);
    }

    [Fact]
    public async Task Begin_WhenMoreWaitThanAreUnderWay_ThenEachHasItsTurn_AlsoWhenAllBeforeItEndAtOnce()
    {
        using var decoder = new BatchDecoder(Model, threads: 1, mostTogether: 2);
        var some = Enumerable
            .Range(0, 20)
            .Select(i => new Generation([Special.User, 9, Special.Assistant], 1, new Sampling(Seed: i), Sampler.Plain, NoEnds))
            .ToList();
        some.ForEach(decoder.Begin);
        foreach (var one in some)
        {
            Assert.Equal(
                1,
                await one.Tokens.ReadAllAsync(TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken)
            );
        }
    }

    [Fact]
    public async Task Take_WhenASamplerFails_ThenItsAnswerBreaksOff_AndOthersGoOn()
    {
        using var decoder = new BatchDecoder(Model, threads: 1);
        var (fails, goesOn) = (
            new Generation([Special.User, 9], 20, new Sampling(), new Failing(), NoEnds),
            new Generation([Special.User, 9], 20, new Sampling(Seed: 1), Sampler.Plain, NoEnds)
        );
        decoder.Begin(fails);
        decoder.Begin(goesOn);
        await Assert.ThrowsAsync<NotSupportedException>(async () =>
            await fails.Tokens.ReadAllAsync(TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken)
        );
        Assert.Equal(
            20,
            await goesOn.Tokens.ReadAllAsync(TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken)
        );
    }

    /// <summary>Lets a few tokens be made, and no more until it is opened: nothing depends on who is faster.</summary>
    private sealed class Gated : Sampler, IDisposable
    {
        private const int Before = 40;

        private readonly ManualResetEventSlim _open = new();
        private int _made;

        public void Open() => _open.Set();

        public override void Adjust(ReadOnlySpan<int> context, Span<float> logits)
        {
            if (Interlocked.Increment(ref _made) > Before)
            {
                _open.Wait();
            }
        }

        public void Dispose() => _open.Dispose();
    }

    private sealed class Failing : Sampler
    {
        public override void Adjust(ReadOnlySpan<int> context, Span<float> logits) => throw new NotSupportedException();
    }

    [Fact]
    public async Task Cancel_WhenNobodyWaits_ThenNoMoreIsMade_AndOthersGoOn()
    {
        using var decoder = new BatchDecoder(Model, threads: 1);
        var prompt = new Conversation(Models.Tokenizer).User("on and on").Ask().Tokens;
        using var gate = new Gated();
        var (left, stays) = (
            new Generation(prompt, 200, new Sampling(Seed: 1), gate, NoEnds),
            new Generation(prompt, 200, new Sampling(Seed: 2), Sampler.Plain, NoEnds)
        );
        decoder.Begin(left);
        decoder.Begin(stays);
        await left.Tokens.ReadAsync(TestContext.Current.CancellationToken);
        left.Cancel();
        gate.Open();
        Assert.True(
            (await left.Tokens.ReadAllAsync(TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken)) < 199
        );
        Assert.Equal(
            200,
            await stays.Tokens.ReadAllAsync(TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken)
        );
        Assert.False(stays.Finished);
    }

    [Fact]
    public async Task Dispose_WhenAnswersAreUnderWay_ThenTheyBreakOff()
    {
        var decoder = new BatchDecoder(Model, threads: 2);
        using var gate = new Gated();
        Generation Some(int seed) => new([Special.User, 9, Special.Assistant], 240, new Sampling(Seed: seed), gate, NoEnds);
        var some = Enumerable.Range(0, 20).Select(Some).ToList();
        some.ForEach(decoder.Begin);
        await some[0].Tokens.ReadAsync(TestContext.Current.CancellationToken);
        var ending = Task.Run(decoder.Dispose, TestContext.Current.CancellationToken);
        await Stillwatch.Tests.Gateway.LiveDeployment.Until(() =>
        {
            try
            {
                decoder.Begin(Some(99));
                return false;
            }
            catch (ObjectDisposedException)
            {
                return true; // it is told to end, and no answer is done
            }
        });
        gate.Open();
        await ending;
        foreach (var one in some)
        {
            var more = one.Tokens.ReadAllAsync(TestContext.Current.CancellationToken).CountAsync(TestContext.Current.CancellationToken);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await more);
        }

        Assert.Throws<ObjectDisposedException>(() => decoder.Begin(some[0]));
    }

    [Fact]
    public void Next_WhenATokenIsBarredOrWanted_ThenThatDecides()
    {
        float[] logits = [1, 2, 3, 0];
        Assert.Equal(2, Next(new Sampling(Temperature: 0), logits).Id);
        Assert.Equal(1, Next(new Sampling(Temperature: 0, Bias: new Dictionary<int, float> { [2] = -100, [77] = 5 }), logits).Id);
        Assert.Equal(
            1,
            Next(new Sampling(Temperature: 0, FrequencyPenalty: 1, PresencePenalty: 0.5), logits, context: [0, 2, 2], prompt: 1).Id
        );
        // the prompt's do not count
        Assert.Equal(2, Next(new Sampling(Temperature: 0, FrequencyPenalty: 2), logits, context: [2, 2, 2], prompt: 3).Id);
    }

    [Fact]
    public void Next_WhenDrawnOften_ThenSharesAreThoseOfTheProbabilities_AndTopPLeavesTheLikeliest()
    {
        float[] logits = [0, 1, 2, -1];
        var chance = new Random(5);
        var drawn = Enumerable
            .Range(0, 40_000)
            .Select(_ => Next(new Sampling(), logits, chance: chance).Id)
            .CountBy(id => id)
            .ToDictionary();
        var sum = logits.Sum(logit => Math.Exp(logit));
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(Math.Exp(logits[i]) / sum, drawn[i] / 40_000.0, 0.01);
        }

        // one at the least
        Assert.Equal([2], Enumerable.Range(0, 50).Select(_ => Next(new Sampling(TopP: 0), logits, chance: chance).Id).Distinct());
        Assert.Equal(2, Next(new Sampling(Temperature: 1e-40), logits).Id);
        Assert.Equal(
            [1, 2],
            Enumerable.Range(0, 2_000).Select(_ => Next(new Sampling(TopP: 0.8), logits, chance: chance).Id).Distinct().Order()
        );
    }

    [Fact]
    public void Next_WhenLogProbabilitiesAreAsked_ThenTheyAreThoseOfTemperatureOne_LikeliestFirst()
    {
        float[] logits = [0, 1, 2, -1];
        var token = Next(new Sampling(Temperature: 0, Alternatives: 4), logits);
        Assert.Equal([2, 1, 0, 3], token.Alternatives.Select(one => one.Id));
        Assert.Equal(1, token.Alternatives.Sum(one => Math.Exp(one.LogProbability)), 1e-5);
        Assert.Equal(token.Alternatives[0].LogProbability, token.LogProbability);
    }

    [Fact]
    public void Add_WhenAStopSequenceComesInPieces_ThenNothingOfItIsTold()
    {
        var text = new AnswerText(Models.Tokenizer, ["one", "stop here"]);
        var told = "";
        foreach (var id in Models.Tokenizer.Encode("it will stop there, not stop here or later"))
        {
            told += text.Add(new Token(id, 0, [])) is { } piece ? piece.Text : "";
            if (text.Stopped)
            {
                break;
            }
        }

        Assert.True(text.Stopped);
        Assert.Equal("it will stop there, not ", told);
    }

    [Fact]
    public void Add_WhenCharactersAreCut_ThenTheyAreToldWhole_AndReasoningApart()
    {
        var text = new AnswerText(Models.Tokenizer, []);
        List<AnswerText.Piece> pieces = [];
        foreach (
            var id in (int[])[Special.Think, .. Models.Tokenizer.Encode("How, 語?"), Special.Answer, .. Models.Tokenizer.Encode("Grüße 😀")]
        )
        {
            if (text.Add(new Token(id, 0, [])) is { } piece)
            {
                pieces.Add(piece);
            }
        }

        Assert.Equal("How, 語?", string.Concat(pieces.Where(piece => piece.Reasoning).Select(piece => piece.Text)));
        Assert.Equal("Grüße 😀", string.Concat(pieces.Where(piece => !piece.Reasoning).Select(piece => piece.Text)));
        Assert.DoesNotContain(pieces, piece => piece.Text.Contains('\ufffd'));
        Assert.Equal(Models.Tokenizer.Encode("How, 語?").Count + 2, text.Count.Reasoning);
    }

    private static Token Next(Sampling sampling, float[] logits, int[]? context = null, int prompt = 0, Random? chance = null) =>
        Sampler.Plain.Next(sampling, context ?? [], prompt, logits.ToArray(), chance ?? new Random(1));

    private static async Task<int[]> AnswerAsync(BatchDecoder decoder, IReadOnlyList<int> prompt, int seed)
    {
        var generation = new Generation(prompt, 40, new Sampling(Seed: seed), Sampler.Plain, NoEnds);
        decoder.Begin(generation);
        return await generation.Tokens.ReadAllAsync(TestContext.Current.CancellationToken).Select(token => token.Id).ToArrayAsync();
    }

    private static float[] Normal(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1))];
}
