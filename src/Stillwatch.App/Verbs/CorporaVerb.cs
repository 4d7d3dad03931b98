using System.CommandLine;
using Stillwatch.App.Configuration;
using Stillwatch.Corpora;
using Stillwatch.Logs.Corpora;
using Stillwatch.Reports.Screen;

namespace Stillwatch.App.Verbs;

/// <summary><c>stillwatch corpora</c>: adds, lists and takes away public benchmarks and sets of instructions.</summary>
internal static class CorporaVerb
{
    private static readonly Dictionary<string, CorpusKind> Kinds = new(StringComparer.Ordinal)
    {
        ["benchmark"] = CorpusKind.Benchmark,
        ["seed-set"] = CorpusKind.SeedSet,
    };

    /// <summary>The command.</summary>
    public static Command Command()
    {
        var data = new Option<string?>("--data")
        {
            Description = $"The data folder; {DataFolder.DefaultPath} otherwise",
            HelpName = "DIR",
            Recursive = true,
        };
        var name = new Argument<string>("NAME") { Description = "What it is called: letters, digits, dots, dashes and underscores" };
        var file = new Argument<string>("FILE")
        {
            Description = "Its items: JSON lines, one JSON list, or an item a line; plain, .gz or .zst",
        };
        var kind = new Option<string>("--kind")
        {
            Description = "benchmark: who asks all of it measures a model; seed-set: who asks all of it makes training data",
            Required = true,
        };
        kind.AcceptOnlyFromAmong([.. Kinds.Keys]);
        var field = new Option<string?>("--field")
        {
            Description = "The field that holds an item; otherwise the first of messages, prompt, question, instruction and the like",
            HelpName = "NAME",
        };
        var add = new Command("add", "Keep fingerprints of a public benchmark or set of instructions; no text of it is kept.")
        {
            name,
            file,
            kind,
            field,
        };
        add.SetAction(parsed =>
            Add(
                DataFolder.Make(parsed.GetValue(data)),
                parsed.GetValue(name)!,
                parsed.GetValue(file)!,
                Kinds[parsed.GetValue(kind)!],
                parsed.GetValue(field)
            )
        );
        var list = new Command("list", "List them: name, kind, how many items can be told.");
        list.SetAction(parsed =>
        {
            PlainTable.Write(
                Terminal.Out,
                ["name", "kind", "items"],
                CorpusFolder
                    .Load(DataFolder.CorporaOf(parsed.GetValue(data)))
                    .OrderBy(corpus => corpus.Name, StringComparer.Ordinal)
                    .Select(corpus => (string[])[corpus.Name, Kinds.First(one => one.Value == corpus.Kind).Key, $"{corpus.Items}"])
            );
            return ExitCode.Done;
        });
        var removed = new Argument<string>("NAME") { Description = "Its name" };
        var remove = new Command("remove", "Take one away.") { removed };
        remove.SetAction(parsed =>
        {
            if (!CorpusFolder.Remove(DataFolder.CorporaOf(parsed.GetValue(data)), parsed.GetValue(removed)!))
            {
                throw new UnusableInputException($"there is no corpus {parsed.GetValue(removed)}; ./stillwatch corpora list shows them");
            }

            TellRunning(DataFolder.Make(parsed.GetValue(data)));
            return ExitCode.Done;
        });
        return new Command("corpora", "Known benchmarks and sets of instructions: by them evaluations are explained and campaigns named.")
        {
            data,
            add,
            list,
            remove,
        };
    }

    private static int Add(DataFolder folder, string name, string file, CorpusKind kind, string? field)
    {
        if (!CorpusFolder.IsName(name))
        {
            throw new UnusableInputException(
                $"NAME {name}: 1 to {Corpus.LongestName} letters, digits, dots, dashes and underscores are taken, "
                    + "the first a letter or digit"
            );
        }

        var items = CorpusFile.Read(file, field, complaint => Terminal.Error.WriteLine(Shown.Text(complaint)));
        var corpus = CorpusFolder.Add(folder.Corpora, name, kind, items, out var notTold);
        Terminal.WriteLine(
            $"{corpus.Called}: {corpus.Items:N0} items"
                + (corpus.Items + notTold < items.Count ? $"; {items.Count - corpus.Items - notTold:N0} are there more than once" : "")
                + (notTold > 0 ? $"; {notTold:N0} have too few words of their own to be told and are left out" : "")
        );
        TellRunning(folder);
        return ExitCode.Done;
    }

    private static void TellRunning(DataFolder folder)
    {
        if (folder.IsTaken)
        {
            Remark.Write($"a deployment runs on {folder.Path}: it takes this with its next start, for exchanges from then on");
        }
    }
}
