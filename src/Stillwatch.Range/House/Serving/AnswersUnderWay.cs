using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Stillwatch.Range.House.Decoding;
using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Tokens;

namespace Stillwatch.Range.House.Serving;

/// <summary>All answers to one request, under way together. Whoever disposes of it waits for them no longer.</summary>
internal sealed class AnswersUnderWay : IAsyncDisposable
{
    private const long MostTold = 200_000; // tokens and alternatives of one request: all of them may have to be held

    private readonly List<Generation> _generations = [];
    private readonly List<AnswerText> _texts = [];
    private readonly Exposure _exposure;
    private readonly bool _toldTokens,
        _stops;
    private readonly int _perPrompt;

    /// <summary>Begins them.</summary>
    /// <param name="asked">What was asked.</param>
    /// <param name="model">The model.</param>
    /// <param name="decoder">What makes them.</param>
    /// <param name="sampler">What draws them.</param>
    /// <param name="exposure">What is handed out of the reasoning.</param>
    /// <param name="isTurn">Whether an answer is a turn of a conversation; text that goes on otherwise.</param>
    /// <exception cref="BadRequestException">A prompt leaves no room for an answer, or more is asked than can be held.</exception>
    public AnswersUnderWay(Asked asked, HouseModel model, BatchDecoder decoder, Sampler sampler, Exposure exposure, bool isTurn)
    {
        (_exposure, _toldTokens, _perPrompt, _stops) = (exposure, asked.Sampling.Alternatives >= 0, asked.Count, asked.Stops.Count > 0);
        var told =
            asked.Prompts.Sum(prompt => Math.Max(0L, Math.Min(model.Shape.Context - prompt.Count, asked.Most ?? int.MaxValue)))
            * asked.Count
            * (1 + Math.Max(0, asked.Sampling.Alternatives));
        if (told > MostTold)
        {
            throw new BadRequestException(
                $"More is asked for than is held at one time ({told:N0} tokens and alternatives, of {MostTold:N0}): lower 'n', "
                    + $"'max_tokens' or 'top_logprobs'.",
                "n"
            );
        }

        foreach (var prompt in asked.Prompts)
        {
            var room = model.Shape.Context - prompt.Count;
            if (room <= 0)
            {
                throw new BadRequestException(
                    $"The prompt has {prompt.Count} tokens; the house model's context is {model.Shape.Context}.",
                    "messages",
                    "context_length_exceeded"
                );
            }

            for (var i = 0; i < asked.Count; i++)
            {
                var sampling = asked.Sampling.Seed is { } seed ? asked.Sampling with { Seed = seed + _generations.Count } : asked.Sampling;
                _generations.Add(new Generation(prompt, Math.Min(room, asked.Most ?? room), sampling, sampler, Special.Ends));
                _texts.Add(new AnswerText(model.Tokenizer, asked.Stops, isTurn));
            }
        }

        foreach (var generation in _generations)
        {
            decoder.Begin(generation);
        }
    }

    /// <summary>What they used, after they ended.</summary>
    public JsonObject Usage =>
        AnswerForm.Usage(
            _generations.Where((_, i) => i % _perPrompt == 0).Sum(one => one.Prompt),
            _texts.Sum(text => text.Count.All),
            _texts.Sum(text => text.Count.Reasoning)
        );

    /// <summary>Waits for all of them.</summary>
    public async Task<IReadOnlyList<JsonObject>> WholeAsync(AnswerForm form, CancellationToken cancel)
    {
        var choices = new List<JsonObject>();
        for (var i = 0; i < _generations.Count; i++)
        {
            if (!_stops)
            {
                await _generations[i].Ended.WaitAsync(cancel);
            }

            var (answer, reasoning, tokens) = (new StringBuilder(), new StringBuilder(), new List<Token>());
            await foreach (var piece in PiecesAsync(i, cancel))
            {
                (piece.Reasoning ? reasoning : answer).Append(piece.Text);
                tokens.AddRange(piece.Reasoning ? [] : piece.Tokens);
            }

            choices.Add(form.Choice(i, answer.ToString(), Exposed(reasoning.ToString(), i), _toldTokens ? tokens : null, Reason(i)));
        }

        return choices;
    }

    /// <summary>The parts of all of them, as they come.</summary>
    public async IAsyncEnumerable<JsonObject> PartsAsync(AnswerForm form, [EnumeratorCancellation] CancellationToken cancel)
    {
        var parts = Channel.CreateUnbounded<JsonObject>(new UnboundedChannelOptions { SingleReader = true });
        var all = Task.WhenAll(Enumerable.Range(0, _generations.Count).Select(i => PartsAsync(i, form, parts.Writer, cancel)));
        _ = all.ContinueWith(
            ended => parts.Writer.TryComplete(ended.Exception?.InnerException),
            cancel,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        await foreach (var part in parts.Reader.ReadAllAsync(cancel))
        {
            yield return part;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        foreach (var generation in _generations)
        {
            generation.Cancel();
        }

        return ValueTask.CompletedTask;
    }

    private async Task PartsAsync(int index, AnswerForm form, ChannelWriter<JsonObject> parts, CancellationToken cancel)
    {
        parts.TryWrite(form.Part(index, null, null, null, null, first: true));
        var wasReasoning = false;
        await foreach (var piece in PiecesAsync(index, cancel))
        {
            if (wasReasoning && !piece.Reasoning && _exposure == Exposure.Summarised)
            {
                parts.TryWrite(form.Part(index, null, Exposed("-", index), null, null, first: false));
            }

            wasReasoning = piece.Reasoning;
            if (!piece.Reasoning)
            {
                parts.TryWrite(form.Part(index, piece.Text, null, _toldTokens ? piece.Tokens : null, null, first: false));
            }
            else if (_exposure == Exposure.Full)
            {
                parts.TryWrite(form.Part(index, null, piece.Text, null, null, first: false));
            }
        }

        parts.TryWrite(form.Part(index, null, null, null, Reason(index), first: false));
    }

    private async IAsyncEnumerable<AnswerText.Piece> PiecesAsync(int index, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (generation, text) = (_generations[index], _texts[index]);
        await foreach (var token in generation.Tokens.ReadAllAsync(cancel))
        {
            if (text.Add(token) is { } piece)
            {
                yield return piece;
            }

            if (text.Stopped)
            {
                generation.Cancel();
                yield break;
            }
        }

        if (text.End() is { } rest)
        {
            yield return rest;
        }
    }

    private string Reason(int index) => _texts[index].Stopped || _generations[index].Finished ? "stop" : "length";

    private string? Exposed(string reasoning, int index) =>
        reasoning.Length == 0
            ? null
            : _exposure switch
            {
                Exposure.Full => reasoning,
                Exposure.Summarised => $"It was worked out in {_texts[index].Count.Reasoning:N0} tokens.",
                _ => null,
            };
}
