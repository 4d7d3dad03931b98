using System.Globalization;
using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Training;
using static TorchSharp.torch;

namespace Stillwatch.Lab.Training;

/// <summary>
/// Trains a model by a plan. What a step is taught depends on the seed and the step alone, so that a run that was broken off goes on as if
/// it had not been.
/// </summary>
internal sealed class Trainer
{
    private const string Curve = "loss.csv",
        State = TrainingPlan.Checkpoint;

    private readonly TrainingPlan _plan;
    private readonly Action<int, float> _report;

    /// <summary>Takes a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="report">Told each step and its loss.</param>
    public Trainer(TrainingPlan plan, Action<int, float> report) => (_plan, _report) = (plan, report);

    /// <summary>
    /// The flow: 1. begin, or go on from the last checkpoint, 2. step by step, 3. write the model. Does nothing where the model is there.
    /// </summary>
    /// <param name="until">The step to stop after, with a checkpoint; the plan's last where it is later.</param>
    public void Run(int until = int.MaxValue)
    {
        if (HouseModel.IsIn(_plan.Folder))
        {
            return;
        }

        set_num_threads(_plan.Threads);
        var device = _plan.Accelerated && cuda.is_available() ? CUDA : CPU;
        var model = Initial.Of(_plan); // 1
        using var network = new Network(model, device);
        using var optimiser = new AdamW(network);
        var done = Resume(network, optimiser);
        var documents = Documents(model);
        for (; done < Math.Min(_plan.Steps, until); done++) // 2
        {
            var loss = Step(network, optimiser, documents, done + 1, device);
            File.AppendAllText(Path.Combine(_plan.Folder, Curve), string.Create(CultureInfo.InvariantCulture, $"{done + 1},{loss:R}\n"));
            _report(done + 1, loss);
            if ((done + 1) % _plan.CheckpointEvery == 0 || done + 1 == until)
            {
                Checkpoint(network, optimiser, done + 1);
            }
        }

        if (done == _plan.Steps) // 3
        {
            (model with { Tensors = network.ByName(), About = About() }).Save(_plan.Folder);
            File.Delete(Path.Combine(_plan.Folder, State));
        }
    }

    private float Step(Network network, AdamW optimiser, IDocuments documents, int step, Device device)
    {
        using var scope = NewDisposeScope();
        var packed = Packing.Of(documents.Of(_plan.Seed, step), _plan.Rows, _plan.Length);
        var logits = network.Read(tensor(packed.Inputs, device: device).view(_plan.Rows, _plan.Length));
        var targets = tensor(packed.Targets, device: device);
        var loss = nn.functional.cross_entropy(logits, targets, ignore_index: Packing.Untaught);
        if (packed.Likely.Count > 0)
        {
            loss = (loss + Divergence(logits, packed, device)) / 2;
        }

        loss.backward();
        optimiser.Step(Rate(step), step);
        return loss.item<float>();
    }

    /// <summary>
    /// What is lost against the teacher's likely tokens, renormalised (Hinton, Vinyals and Dean, "Distilling the knowledge in a neural
    /// network", 2015, at temperature 1).
    /// </summary>
    private static Tensor Divergence(Tensor logits, Packing packed, Device device)
    {
        var most = packed.Likely.Max(one => one.Likely.Length);
        var (tokens, shares) = (new long[packed.Likely.Count * most], new float[packed.Likely.Count * most]);
        for (var i = 0; i < packed.Likely.Count; i++)
        {
            var likely = packed.Likely[i].Likely;
            var sum = likely.Sum(one => MathF.Exp(one.LogProbability));
            for (var k = 0; k < likely.Length; k++)
            {
                (tokens[i * most + k], shares[i * most + k]) = (likely[k].Token, MathF.Exp(likely[k].LogProbability) / sum);
            }
        }

        var places = tensor(packed.Likely.Select(one => (long)one.Place).ToArray(), device: device);
        var told = nn.functional.log_softmax(logits.index_select(0, places), -1).gather(1, tensor(tokens, device: device).view(-1, most));
        return -(told * tensor(shares, device: device).view(-1, most)).sum(1).mean();
    }

    private double Rate(int step)
    {
        var along = Math.Max(0, step - _plan.WarmUp) / Math.Max(1.0, _plan.Steps - _plan.WarmUp);
        return _plan.LearningRate
            * (step < _plan.WarmUp ? step / (double)_plan.WarmUp : 0.05 + 0.95 * 0.5 * (1 + Math.Cos(Math.PI * along)));
    }

    private IDocuments Documents(HouseModel model) =>
        _plan.Material switch
        {
            Material.House => new Curriculum(model.Tokenizer, isPublic: false),
            Material.Public => new Curriculum(model.Tokenizer, isPublic: true),
            _ => ExchangeDocuments.Read(
                _plan.Exchanges ?? throw new InvalidDataException("the plan names no file of exchanges"),
                model.Tokenizer
            ),
        };

    private int Resume(Network network, AdamW optimiser)
    {
        var path = Path.Combine(_plan.Folder, State);
        var (curve, done) = (Path.Combine(_plan.Folder, Curve), 0);
        if (File.Exists(path))
        {
            var (tensors, about) = SafeTensors.Read(path);
            done = int.Parse(about["step"], CultureInfo.InvariantCulture);
            using var none = no_grad();
            foreach (
                var (name, into) in (ReadOnlySpan<(string, Tensor)>)
                    [("weights", network.Weights), ("mean", optimiser.Mean), ("square", optimiser.Square)]
            )
            {
                using var saved = tensor(tensors[name].Values);
                into.detach().copy_(saved);
            }
        }

        File.WriteAllLines(curve, ["step,loss", .. File.Exists(curve) ? File.ReadLines(curve).Skip(1).Take(done) : []]);
        return done;
    }

    private void Checkpoint(Network network, AdamW optimiser, int step)
    {
        static (string, int[], float[]) Of(string name, Tensor tensor)
        {
            using var values = tensor.detach().cpu();
            return (name, [(int)values.numel()], values.data<float>().ToArray());
        }

        SafeTensors.Write(
            Path.Combine(_plan.Folder, State),
            [Of("weights", network.Weights), Of("mean", optimiser.Mean), Of("square", optimiser.Square)],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["step"] = $"{step}" }
        );
    }

    private Dictionary<string, string> About() =>
        new(StringComparer.Ordinal)
        {
            ["made_by"] = "stillwatch",
            ["material"] = _plan.Material.ToString().ToLowerInvariant(),
            ["seed"] = $"{_plan.Seed}",
            ["steps"] = $"{_plan.Steps}",
            ["format"] = "pt",
        };
}
