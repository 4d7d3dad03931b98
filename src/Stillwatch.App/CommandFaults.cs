using System.CommandLine;
using System.CommandLine.Parsing;

namespace Stillwatch.App;

/// <summary>What is wrong with a command line, in one line that says what to give.</summary>
internal static class CommandFaults
{
    /// <summary>What is wrong with <paramref name="parsed"/>; null where nothing is.</summary>
    public static string? Of(ParseResult parsed)
    {
        var fault = Find(parsed);
        if (fault == null)
        {
            return null;
        }

        var verb = Verb(parsed.CommandResult);
        return $"{Shown.Text(fault)}; see ./stillwatch {(verb.Length == 0 ? "" : verb + " ")}--help";
    }

    private static string? Find(ParseResult parsed)
    {
        var command = parsed.CommandResult;
        if (Strange(command) is { } strange)
        {
            return $"there is no option {strange}{(command.Command.Subcommands.Count > 0 ? "" : $" of {Verb(command)}")}";
        }

        if (parsed.Errors.Count == 0)
        {
            return null;
        }

        if (parsed.UnmatchedTokens.Count > 0)
        {
            var token = parsed.UnmatchedTokens[0];
            return command.Command.Subcommands.Count > 0
                    ? $"there is no {(token.StartsWith('-') ? "option" : "verb")} "
                        + $"{token}{(Verb(command).Length == 0 ? "" : $" of {Verb(command)}")}: "
                        + $"{string.Join(", ", command.Command.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name))}"
                : token.StartsWith('-') ? $"there is no option {token} of {Verb(command)}"
                : $"{token} is too much: {Verb(command)} takes {Takes(command.Command)}";
        }

        if (command.Command.Subcommands.Count > 0 && command.Command.Action == null)
        {
            return $"say which: {string.Join(", ", command.Command.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name))}";
        }

        return parsed.Errors[0].SymbolResult switch
        {
            OptionResult option => OfOption(option),
            ArgumentResult { Parent: OptionResult option } => OfOption(option),
            ArgumentResult argument when argument.Tokens.Count == 0 => $"{Verb(command)} wants {Takes(command.Command)}",
            ArgumentResult argument => $"{argument.Argument.Name}: {argument.Tokens[0].Value} is not {Wanted(argument.Argument.ValueType)}",
            _ when command.Command.Options.FirstOrDefault(option => option.Required && parsed.GetResult(option) == null) is { } missing =>
                $"give {missing.Name} {missing.HelpName}".TrimEnd(),
            _ => parsed.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.'),
        };
    }

    private static string OfOption(OptionResult option)
    {
        var (name, given) = (option.Option.Name, option.Tokens.Count == 0 ? null : option.Tokens[^1].Value);
        if (given == null)
        {
            return $"{name} wants {Wanted(option.Option.ValueType)}{(option.Option.HelpName is { } help ? $" ({help})" : "")}";
        }

        var among = option.Option.CompletionSources.SelectMany(source => source(default!)).Select(item => item.Label).ToList();
        return option.Tokens.Count > 1 && !option.Option.AllowMultipleArgumentsPerToken && !option.Option.ValueType.IsArray
                ? $"{name} may be given once"
            : among.Count > 0 ? $"{name}: {given} is none of {string.Join(", ", among)}"
            : $"{name}: {given} is not {Wanted(option.Option.ValueType)}";
    }

    /// <summary>An option that is none, taken for one of a verb's files. What follows <c>--</c> is a file whatever it looks like.</summary>
    private static string? Strange(CommandResult command) =>
        command
            .Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Select(token => token.Value)
            .FirstOrDefault(value => value.Length > 1 && value[0] == '-' && !IsBehindDashes(command, value));

    private static bool IsBehindDashes(CommandResult command, string value)
    {
        var tokens = command.Tokens.Select(token => token.Value).ToList();
        return tokens.IndexOf("--") is >= 0 and var dashes && tokens.IndexOf(value) > dashes;
    }

    private static string Takes(Command command) =>
        command.Arguments.Count == 0
            ? "no arguments"
            : string.Join(
                " and ",
                command.Arguments.Select(argument => argument.Name + (argument.Arity.MaximumNumberOfValues > 1 ? ", one or more" : ""))
            );

    private static string Wanted(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? (type.IsArray ? type.GetElementType()! : type);
        return type == typeof(int) || type == typeof(long) || type == typeof(ulong) || type == typeof(uint) ? "a whole number"
            : type == typeof(double) || type == typeof(float) ? "a number"
            : type == typeof(bool) ? "yes or no (true, false)"
            : type == typeof(DateTimeOffset) ? "a time such as 2026-12-31T00:00:00Z"
            : "a value";
    }

    /// <summary>The verb with those above it, without the program's name: "keys create".</summary>
    private static string Verb(SymbolResult? result)
    {
        List<string> names = [];
        for (; result is CommandResult command && command.Parent != null; result = command.Parent)
        {
            names.Insert(0, command.Command.Name);
        }

        return string.Join(' ', names);
    }
}
