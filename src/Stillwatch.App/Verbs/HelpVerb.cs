using System.CommandLine;

namespace Stillwatch.App.Verbs;

/// <summary><c>stillwatch help [VERB]</c>: what <c>--help</c> says.</summary>
internal static class HelpVerb
{
    /// <summary>The command.</summary>
    /// <param name="root">Whose verbs it explains.</param>
    public static Command Command(Command root)
    {
        var verbs = new Argument<string[]>("VERB")
        {
            Description = "The verb, such as scan or keys create; all of them otherwise",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("help", "Explain a verb.") { verbs };
        command.SetAction(parsed =>
        {
            var asked = root.Parse([.. parsed.GetValue(verbs)!]);
            return asked.UnmatchedTokens.Count > 0 && CommandFaults.Of(asked) is { } wrong
                ? throw new UnusableInputException(wrong)
                : root.Parse([.. parsed.GetValue(verbs)!, "--help"]).Invoke();
        });
        return command;
    }
}
