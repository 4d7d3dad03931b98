using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.Tokenizers;
using Stillwatch.Features;

namespace Stillwatch.App.Embedding;

/// <summary>
/// A BERT-like sentence embedder from an ONNX file, in the place of the built-in hashing: WordPiece by the <c>vocab.txt</c> beside the
/// model, the model's <c>input_ids</c>, <c>attention_mask</c> and, where it has it, <c>token_type_ids</c>; its first output is taken as it
/// is ([1, d]) or averaged over the tokens ([1, n, d]). Random signs bring d dimensions down to the features' 32, which keeps cosines
/// within a few hundredths (Achlioptas, "Database-friendly random projections", 2003).
/// </summary>
/// <remarks>Thread-safe. Deterministic on one machine; between kinds of processor the last bit may differ.</remarks>
internal sealed class OnnxEmbedder : ITopicEmbedder, IDisposable
{
    private const int MostTokens = 256;
    private const int Unit = 127;

    private readonly InferenceSession _session;
    private readonly BertTokenizer _tokenizer;
    private readonly bool _hasTypes;

    /// <summary>Loads the model.</summary>
    /// <exception cref="UnusableInputException">The model or its vocabulary cannot be loaded, or it has other inputs.</exception>
    public OnnxEmbedder(string path)
    {
        if (!File.Exists(path))
        {
            throw new UnusableInputException(
                $"{path}: {(Directory.Exists(path) ? "is a folder, and a file is wanted" : "is not there")}; an ONNX model with a "
                    + $"WordPiece vocab.txt beside it is wanted"
            );
        }

        var vocabulary = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "vocab.txt");
        try
        {
            using var options = new SessionOptions
            {
                IntraOpNumThreads = 1,
                InterOpNumThreads = 1,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            };
            _session = new InferenceSession(path, options);
            _tokenizer = BertTokenizer.Create(vocabulary);
        }
        catch (Exception fault)
            when (fault
                    is OnnxRuntimeException
                        or System.Runtime.InteropServices.SEHException
                        or IOException
                        or UnauthorizedAccessException
                        or ArgumentException
                        or InvalidOperationException
            )
        {
            _session?.Dispose();
            throw new UnusableInputException(
                $"{path}: cannot be loaded as an embedder "
                    + $"({(fault is System.Runtime.InteropServices.SEHException ? "it is no ONNX model" : fault.Message)}); it needs "
                    + $"an ONNX model and a WordPiece vocab.txt beside it"
            );
        }

        _hasTypes = _session.InputMetadata.ContainsKey("token_type_ids");
        if (!_session.InputMetadata.ContainsKey("input_ids"))
        {
            var inputs = string.Join(", ", _session.InputMetadata.Keys);
            _session.Dispose();
            throw new UnusableInputException(
                $"{path}: has the inputs {inputs}; an embedder has input_ids, and attention_mask and token_type_ids if it wants them"
            );
        }
    }

    /// <inheritdoc/>
    public ExchangeFeatures.TopicVector Embed(ReadOnlySpan<byte> prompt)
    {
        var text = System.Text.Encoding.UTF8.GetString(prompt[..Math.Min(prompt.Length, MostTokens * 8)]);
        var ids = _tokenizer.EncodeToIds(text, MostTokens, out _, out _);
        if (ids.Count == 0)
        {
            return default;
        }

        int[] shape = [1, ids.Count];
        List<NamedOnnxValue> inputs =
        [
            NamedOnnxValue.CreateFromTensor("input_ids", new DenseTensor<long>(ids.Select(id => (long)id).ToArray(), shape)),
        ];
        if (_session.InputMetadata.ContainsKey("attention_mask"))
        {
            inputs.Add(
                NamedOnnxValue.CreateFromTensor("attention_mask", new DenseTensor<long>(Enumerable.Repeat(1L, ids.Count).ToArray(), shape))
            );
        }

        if (_hasTypes)
        {
            inputs.Add(NamedOnnxValue.CreateFromTensor("token_type_ids", new DenseTensor<long>(new long[ids.Count], shape)));
        }

        using var outputs = _session.Run(inputs);
        var output = outputs[0].AsTensor<float>();
        return Project(output);
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static ExchangeFeatures.TopicVector Project(Tensor<float> output)
    {
        var dimensions = output.Dimensions[^1];
        Span<double> sums = stackalloc double[ExchangeFeatures.TopicDimensions];
        sums.Clear();
        var at = 0;
        foreach (var value in output)
        {
            // One random sign for each pair of dimensions; tokens of a sequence fall onto the same ones and are thereby averaged.
            var signs = Sketches.KeyedHash.Mix((ulong)(at++ % dimensions) + 1);
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += (signs >> i & 1) != 0 ? value : -value;
            }
        }

        var norm = 0.0;
        foreach (var sum in sums)
        {
            norm += sum * sum;
        }

        ExchangeFeatures.TopicVector topic = default;
        for (var i = 0; i < sums.Length && norm > 0; i++)
        {
            topic[i] = (sbyte)Math.Round(sums[i] / Math.Sqrt(norm) * Unit);
        }

        return topic;
    }
}
