using Stillwatch.Exchanges.Answers;
using Stillwatch.Exchanges.Requests;

namespace Stillwatch.Tests.Exchanges.Answers;

/// <summary>Sample answers, made from a dialect's own shape, with a canary in one place.</summary>
internal static class AnswerSamples
{
    /// <summary>What stands where somebody looks for it.</summary>
    public const string Canary = "canary7731";

    /// <summary>A field that no shape knows.</summary>
    public const string Unknown = "zz_new_of_engine";

    /// <summary>One place in answers of a shape.</summary>
    /// <param name="Path">The way there: names of fields, "[]" for an element, "=kind" for a kind of object.</param>
    /// <param name="Carries">What is handed out there; none for a field that nobody knows.</param>
    /// <param name="Json">An answer with the canary there.</param>
    public sealed record Sample(string Path, Capability Carries, string Json)
    {
        /// <summary>The field that it is about.</summary>
        public string Field => Path.Split('/').Last(step => step != "[]" && !step.StartsWith('='));
    }

    /// <summary>An answer for each field that hands something out.</summary>
    public static IEnumerable<Sample> Carrying(AnswerShape shape) =>
        Walk(shape, []).Where(at => at.Shape.Carries != 0).Select(at => Make(shape, at.Path, at.Shape.Carries, unknown: false));

    /// <summary>An answer for each object that a field which nobody knows may stand in.</summary>
    public static IEnumerable<Sample> WithUnknown(AnswerShape shape) =>
        Walk(shape, [])
            .Where(at => at.Shape.IsObject && at.Shape.Others == null)
            .Select(at => Make(shape, [.. at.Path, Unknown], Capability.None, unknown: true));

    /// <summary>An answer for each kind of object that no shape knows.</summary>
    public static IEnumerable<Sample> OfUnknownKind(AnswerShape shape) =>
        Walk(shape, [])
            .Where(at => at.Shape.Mark != null)
            .Select(at => Make(shape, [.. at.Path, "=" + Unknown], Capability.None, unknown: true));

    /// <summary>An answer with all that the shape knows, of each kind one.</summary>
    public static IEnumerable<string> Whole(AnswerShape shape) =>
        shape.Mark == null ? [Value(shape, [])] : shape.Types.Keys.Order(StringComparer.Ordinal).Select(kind => Value(shape, ["=" + kind]));

    private static Sample Make(AnswerShape shape, string[] path, Capability carries, bool unknown) =>
        new(string.Join('/', path), carries, Value(shape, unknown ? path : [.. path, "!"]));

    private static IEnumerable<(string[] Path, AnswerShape Shape)> Walk(AnswerShape shape, string[] path)
    {
        yield return (path, shape);
        var inner = shape
            .Fields.Select(field => (field.Key, field.Value))
            .Concat(shape.Types.Select(kind => ("=" + kind.Key, kind.Value)))
            .Concat(shape.Items == null ? [] : [("[]", shape.Items)]);
        foreach (var (step, child) in inner)
        {
            foreach (var found in Walk(child, [.. path, step]))
            {
                yield return found;
            }
        }
    }

    /// <summary>A value whose canary is at the end of the way; without one, an ordinary value.</summary>
    private static string Value(AnswerShape shape, ReadOnlySpan<string> path)
    {
        var step = path.IsEmpty ? "" : path[0];
        if (step == "!")
        {
            return Filled(shape);
        }

        if (shape.Mark != null && (step.StartsWith('=') || step.Length == 0))
        {
            var kind = step.Length > 0 ? step[1..] : shape.Types.Keys.Order(StringComparer.Ordinal).First();
            var mark = Encoding(shape.Mark);
            return shape.Types.TryGetValue(kind, out var known)
                ? Object(known, path.IsEmpty ? [] : path[1..], (mark, kind))
                : $$"""{"{{mark}}":"{{kind}}","text":"{{Canary}}"}""";
        }

        if (shape.IsObject && step != "[]")
        {
            return Object(shape, path, default);
        }

        if (shape.Items != null && (step == "[]" || !shape.IsScalar))
        {
            return $"[{Value(shape.Items, path.IsEmpty ? [] : path[1..])}]";
        }

        return shape.IsBlockIndex ? "0" : "\"v\"";
    }

    private static string Object(AnswerShape shape, ReadOnlySpan<string> path, (string Name, string Kind) mark)
    {
        var fields = new List<string>();
        foreach (var (name, child) in shape.Fields.OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            if (name == mark.Name)
            {
                continue;
            }

            fields.Add($"\"{name}\":{(!path.IsEmpty && path[0] == name ? Value(child, path[1..]) : Value(child, []))}");
        }

        if (!path.IsEmpty && path[0] == Unknown)
        {
            fields.Add($"\"{Unknown}\":\"{Canary}\",\"{Unknown}_too\":{{\"logprobs\":[\"{Canary}\"]}}");
        }

        if (!path.IsEmpty && path[0] == "!")
        {
            return Filled(shape, mark);
        }

        if (mark.Kind is { Length: > 0 })
        {
            fields.Insert(0, mark.Kind == "true" ? $"\"{mark.Name}\":true" : $"\"{mark.Name}\":\"{mark.Kind}\"");
        }

        return $"{{{string.Join(',', fields)}}}";
    }

    /// <summary>A value with the canary wherever a text may stand.</summary>
    private static string Filled(AnswerShape shape, (string Name, string Kind) mark = default)
    {
        if (shape.IsObject)
        {
            var fields = shape
                .Fields.Where(field => field.Key != mark.Name)
                .Select(field => $"\"{field.Key}\":{(field.Value.IsFrame ? "0" : Filled(field.Value))}");
            var first = mark.Kind is { Length: > 0 } ? $"\"{mark.Name}\":\"{mark.Kind}\"," : "";
            return $"{{{first}{string.Join(',', fields)}}}";
        }

        if (shape.Mark != null)
        {
            var kind = shape.Types.Keys.Order(StringComparer.Ordinal).First();
            return Filled(shape.Types[kind], (Encoding(shape.Mark), kind));
        }

        return shape.Items != null && !shape.IsScalar ? $"[{Filled(shape.Items)}]" : $"\"{Canary}\"";
    }

    private static string Encoding(byte[] name) => System.Text.Encoding.ASCII.GetString(name);
}
