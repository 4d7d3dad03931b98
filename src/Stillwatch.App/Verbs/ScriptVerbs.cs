using System.CommandLine;

namespace Stillwatch.App.Verbs;

/// <summary>What the script <c>./stillwatch</c> does by itself, named here so that the help has it.</summary>
internal static class ScriptVerbs
{
    /// <summary><c>stillwatch test</c>.</summary>
    public static Command Test() =>
        Of("test", "Build all and run the tests; --all runs the slower suites too. Installs what tests need of the system.");

    /// <summary><c>stillwatch bench</c>.</summary>
    public static Command Bench() => Of("bench", "Run a benchmark: ./stillwatch bench NAME; without a name it lists them.");

    private static Command Of(string name, string says)
    {
        var command = new Command(name, says) { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(_ =>
        {
            Terminal.Error.WriteLine($"stillwatch: {name} is done by the script ./stillwatch, not by the program that it starts");
            return ExitCode.Unusable;
        });
        return command;
    }
}
