using Stillwatch.Range.House.Exams;
using Stillwatch.Range.House.Lessons;
using Stillwatch.Range.House.Training;
using Stillwatch.Reports;
using Stillwatch.Reports.Screen;
using Stillwatch.Statistics;

namespace Stillwatch.App.Trials.House;

/// <summary><c>range train</c>: makes a house model, and examines it.</summary>
internal static class TrainRun
{
    private const int Tasks = 200;
    private const ulong ExamSeed = 7;

    /// <summary>Trains, if it is not there, and tells what it can.</summary>
    public static async Task<int> RunAsync(
        string presetName,
        ulong seed,
        string folder,
        int threads,
        bool accelerated,
        bool quiet,
        CancellationToken cancel
    )
    {
        var preset = Preset.Find(presetName)
            ?? throw new UnusableInputException(
                $"there is no preset {presetName}: {string.Join(", ", Preset.All.Select(one => one.Name))}"
            );
        if (threads is < 1 or > 256)
        {
            throw new UnusableInputException($"--threads {threads}: 1 to 256 are possible");
        }

        var models = new HouseModels(folder);
        var began = SystemClock.Instance.GetTimestamp();
        Stillwatch.Range.House.Models.HouseModel model;
        var trained = 0;
        using (var progress = new ProgressBar("training", quiet, SystemClock.Instance))
        {
            model = await models.GetAsync(
                preset,
                seed,
                threads,
                accelerated,
                (step, steps, _) =>
                {
                    trained++;
                    progress.Report((double)step / steps);
                },
                cancel
            );
        }

        var minutes = SystemClock.Instance.GetElapsedTime(began).TotalMinutes;
        Terminal.WriteLine(
            $"{models.FolderOf(preset, seed)}: {model.Shape.Parameters:N0} parameters, {trained:N0} steps of "
                + $"{preset.Rows * Preset.Length:N0} tokens in {minutes:0.0} minutes"
        );
        var marks = await Exam.TakeAsync(model, Lesson.All.Where(lesson => lesson.Share > 0), Tasks, ExamSeed, threads, cancel);
        foreach (var (lesson, right) in marks)
        {
            Terminal.WriteLine($"  {lesson, -16}{Interval.Share(right, Tasks)} right of {Tasks}");
        }

        return ExitCode.Done;
    }
}
