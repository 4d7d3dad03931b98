using System.Globalization;
using System.Runtime.InteropServices;
using Stillwatch.Lab.Comparison;
using Stillwatch.Lab.Training;
using Stillwatch.Range.House.Training;

// The trainer: a program of its own, so that libtorch is in no other's memory. Reads a plan, tells each step as "step N of M loss L" on
// standard output, and writes the model.
if (args is not [var path, ..])
{
    Console.Error.WriteLine("usage: Stillwatch.Lab PLAN.json (./stillwatch range train and range distil make plans)");
    return 2;
}

if (args is ["loop", var folder])
{
    PlainLoop.Run(folder, Stillwatch.Reports.SystemClock.Instance, Console.Out);
    return 0;
}

// What interrupts its parent interrupts the whole group; the parent says when to stop. However that ends, its end of the pipe closes, and
// nobody waits for a model any more.
var withParent = args.Contains("--with-parent");
using var interrupts = withParent ? PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true) : null;
if (withParent)
{
    new Thread(() =>
    {
        while (Console.In.Read() >= 0) { }

        Environment.Exit(1);
    })
    {
        IsBackground = true,
    }.Start();
}

try
{
    var plan = TrainingPlan.Load(path);
    new Trainer(plan, (step, loss) =>
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {step} of {plan.Steps} loss {loss:R}"))
    ).Run();
    return 0;
}
catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(fault.Message);
    return 2;
}
