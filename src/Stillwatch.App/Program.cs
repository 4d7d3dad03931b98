using System.CommandLine;
using Stillwatch.App;
using Stillwatch.App.Verbs;

// The verbs, in the order in which a newcomer meets them. Each is one file in Verbs/.
var root = new RootCommand("Stillwatch: finds the accounts that act as one and are copying a model.")
{
    UpVerb.Command(),
    KeysVerb.Command(),
    AccountsVerb.Command(),
    UpstreamVerb.Command(),
    ReplayVerb.Command(),
    WatchVerb.Command(),
    QueryVerb.Command(),
    ScanVerb.Command(),
    ScoreVerb.Command(),
    CalibrateVerb.Command(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    Terminal.Error.WriteLine($"stillwatch: {parsed.Errors[0].Message}; see ./stillwatch {string.Join(' ', args.Take(1).Where(a => !a.StartsWith('-')))} --help");
    return ExitCode.Unusable;
}

try
{
    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (UnusableInputException fault)
{
    Terminal.Error.WriteLine($"stillwatch: {fault.Message}");
    return ExitCode.Unusable;
}
