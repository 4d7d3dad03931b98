using System.CommandLine;
using System.CommandLine.Help;
using Stillwatch.App;
using Stillwatch.App.Trials.Verbs;
using Stillwatch.App.Verbs;
using Stillwatch.App.Verbs.Desk;
using Stillwatch.Reports.Screen;

// The verbs, in the order in which a newcomer meets them. Each is one file in Verbs/.
var root = new Command("./stillwatch", "Stillwatch: finds the accounts that act as one and are copying a model.")
{
    new HelpOption(),
    new VersionOption(),
    UpVerb.Command(),
    KeysVerb.Command(),
    AccountsVerb.Command(),
    CorporaVerb.Command(),
    UpstreamVerb.Command(),
    ReplayVerb.Command(),
    WatchVerb.Command(),
    CasesVerb.Command(),
    PolicyVerb.Command(),
    ReleaseVerb.Command(),
    PeopleVerb.Command(),
    QueryVerb.Command(),
    ScanVerb.Command(),
    ScoreVerb.Command(),
    EvaluateVerb.Command(),
    BacktestVerb.Command(),
    CalibrateVerb.Command(),
    RangeVerb.Command(),
    ScriptVerbs.Test(),
    ScriptVerbs.Bench(),
};
root.Subcommands.Add(HelpVerb.Command(root));

// Scripts add --quiet to whatever they call: every verb takes it, also where it has nothing to keep back.
var quiet = new Option<bool>("--quiet") { Description = "Nothing on standard error but what is wrong" };
var verbs = new Stack<Command>([root]);
while (verbs.TryPop(out var verb))
{
    foreach (var inner in verb.Subcommands)
    {
        verbs.Push(inner);
    }

    if (verb.Subcommands.Count == 0 && verb.Options.All(option => option.Name != quiet.Name))
    {
        verb.Options.Add(quiet);
    }
}

var parsed = root.Parse(args);
Remark.Quiet = parsed.GetValue(quiet);
if (CommandFaults.Of(parsed) is { } wrong)
{
    Terminal.Error.WriteLine($"stillwatch: {wrong}");
    return ExitCode.Unusable;
}

try
{
    var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false };
    if (parsed.CommandResult.Command.Name == "up")
    {
        invocation.ProcessTerminationTimeout = null; // it drains for as long as it says, and not for two seconds
    }

    return parsed.Invoke(invocation);
}
catch (UnusableInputException fault)
{
    foreach (var line in fault.Lines)
    {
        Terminal.Error.WriteLine($"stillwatch: {Shown.Text(line)}");
    }

    return ExitCode.Unusable;
}
catch (OperationCanceledException)
{
    return ExitCode.Interrupted; // told to stop before it was done
}
catch (Exception fault) when (Environment.GetEnvironmentVariable("STILLWATCH_STACK") == null)
{
    Terminal.Error.WriteLine(
        $"stillwatch: a fault of this program ({fault.GetType().Name}: {Shown.Text(fault.Message)}); with STILLWATCH_STACK=1 it says "
            + $"where, which is worth a report"
    );
    return ExitCode.Unusable;
}
