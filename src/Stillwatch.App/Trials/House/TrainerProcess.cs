using System.Diagnostics;
using System.Globalization;
using Stillwatch.Range.House.Models;
using Stillwatch.Range.House.Training;

namespace Stillwatch.App.Trials.House;

/// <summary>Runs the trainer, which is a program of its own.</summary>
internal static class TrainerProcess
{
    /// <summary>Where the trainer lies; beside this program unless told otherwise.</summary>
    private const string Variable = "STILLWATCH_LAB";

    /// <summary>The script that builds the trainer; none where this program was started without it.</summary>
    private const string ScriptVariable = "STILLWATCH_BUILD_TRAINER";

    /// <summary>Trains by <paramref name="plan"/>, which is written into its folder.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="report">Told each step and its loss.</param>
    /// <param name="cancel">Stops it; it goes on from its last checkpoint when it is run again.</param>
    /// <exception cref="UnusableInputException">It is not there, or could not train.</exception>
    public static async Task RunAsync(TrainingPlan plan, Action<int, double> report, CancellationToken cancel)
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        var program = named ?? Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "lab", "Stillwatch.Lab.dll"));
        if (named == null)
        {
            await BuildAsync(cancel);
        }

        if (!File.Exists(program))
        {
            throw new UnusableInputException(
                $"the trainer is not at {program}; ./stillwatch builds it for the verbs that need it (on x86_64: elsewhere there is "
                    + $"no libtorch), {Variable} names another place"
            );
        }

        // whoever names a folder otherwise goes on from its checkpoint all the same
        static string? Full(string? path) => path == null ? null : Path.GetFullPath(path);
        plan = plan with { Folder = Path.GetFullPath(plan.Folder), From = Full(plan.From), Exchanges = Full(plan.Exchanges) };
        Directory.CreateDirectory(plan.Folder);
        if (TrainingPlan.Of(plan.Folder) is { } before && !before.IsAs(plan))
        {
            if (HouseModel.IsIn(plan.Folder))
            {
                throw new UnusableInputException(
                    $"{plan.Folder}: the model there was made by another plan (sizes, steps, lessons or exchanges differ); name "
                        + $"another folder, or remove it"
                );
            }

            var checkpoint = Path.Combine(plan.Folder, TrainingPlan.Checkpoint);
            if (File.Exists(checkpoint))
            {
                Terminal.Error.WriteLine(
                    $"stillwatch: {plan.Folder}: a training by another plan (sizes, steps, threads, lessons or exchanges differ) was "
                        + $"broken off there; it is begun anew"
                );
                File.Delete(checkpoint);
            }
        }

        var file = Path.Combine(plan.Folder, TrainingPlan.Name);
        plan.Save(file);
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])[program, file, "--with-parent"])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["OMP_WAIT_POLICY"] = "passive"; // threads that spin while they wait cost others nine tenths of their speed
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancel);
            while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
            {
                if (line.Split(' ') is ["step", var step, "of", _, "loss", var loss])
                {
                    report(int.Parse(step, CultureInfo.InvariantCulture), double.Parse(loss, CultureInfo.InvariantCulture));
                }
            }

            await process.WaitForExitAsync(cancel);
            if (process.ExitCode != 0)
            {
                throw new UnusableInputException($"the trainer stopped with status {process.ExitCode}: {(await errors).Trim()}");
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Has the trainer built where it is not there or is older than its source: it is needed now, and not before.</summary>
    private static async Task BuildAsync(CancellationToken cancel)
    {
        if (Environment.GetEnvironmentVariable(ScriptVariable) is not { Length: > 0 } script || !File.Exists(script))
        {
            return;
        }

        using var build = Process.Start(
            new ProcessStartInfo("bash") { UseShellExecute = false, ArgumentList = { script, "build-trainer" } }
        )!;
        try
        {
            await build.WaitForExitAsync(cancel);
        }
        finally
        {
            if (!build.HasExited)
            {
                build.Kill(entireProcessTree: true);
            }
        }

        if (build.ExitCode != 0)
        {
            throw new UnusableInputException(
                "the trainer could not be built, so that there is no house model; what stands above says why. With --upstream URL, or "
                    + "upstreams in --config FILE, none is needed"
            );
        }
    }
}
