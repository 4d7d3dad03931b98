namespace Stillwatch.Population;

/// <summary>Accounts that draw from one source: each could stand for the other.</summary>
/// <param name="Reading">How far they could.</param>
/// <param name="Accounts">Their numbers, ascending.</param>
public sealed record Source(Exchangeability Reading, IReadOnlyList<int> Accounts)
{
    private const float Sure = 0.99f; // the share of an account that must be in some source for it to be named

    /// <summary>The highest bound of a source, whatever honest populations come to: a quarter more than if accounts were the
    /// same.</summary>
    public const double MostBound = 1.25;

    private const int MostParts = 32; // of a class that is sorted once more

    /// <summary>
    /// Finds the sources among accounts. The flow: 1. sort the accounts into classes by what they ask, and each class whose accounts could
    /// not be exchanged once more; 2. keep those whose accounts could; 3. make one of those whose accounts could be exchanged across; 4.
    /// leave out accounts that may belong elsewhere, 5. and do not name those that may be customers.
    /// </summary>
    /// <param name="accounts">Each account's fingerprint and sample, ordered by fingerprint; each with at least
    /// <see cref="PopulationMixture.FewestPrompts"/> prompts.</param>
    /// <param name="salt">Of the random start.</param>
    /// <param name="looked">What was looked at.</param>
    /// <param name="fewest">The fewest accounts of a source.</param>
    /// <returns>The sources, the largest first.</returns>
    public static IReadOnlyList<Source> Find(
        IReadOnlyList<(ulong Fingerprint, PromptSample Sample)> accounts,
        ulong salt,
        out Looked looked,
        int fewest = Exchangeability.FewestAccounts
    )
    {
        looked = new(0, double.PositiveInfinity);
        return accounts.Count < fewest ? [] : Find(accounts, PopulationMixture.Fitted(accounts, salt), salt, out looked, fewest);
    }

    /// <summary>The same, where the accounts are sorted already.</summary>
    /// <inheritdoc cref="Find(IReadOnlyList{ValueTuple{ulong, PromptSample}}, ulong, out Looked, int)"/>
    /// <param name="accounts">The accounts.</param>
    /// <param name="classes">The classes that they were sorted into.</param>
    /// <param name="salt">Of the random start.</param>
    /// <param name="looked">What was looked at.</param>
    /// <param name="fewest">The fewest accounts of a source.</param>
    public static IReadOnlyList<Source> Find(
        IReadOnlyList<(ulong Fingerprint, PromptSample Sample)> accounts,
        PopulationMixture.Classes classes,
        ulong salt,
        out Looked looked,
        int fewest = Exchangeability.FewestAccounts
    )
    {
        // Each class by itself, on as many cores as there are; put together in their order.
        var each = new Class[classes.Accounts.Count];
        Parallel.For(0, each.Length, one => each[one] = Class.Of(accounts, classes, one, salt, fewest)); // 2
        looked = each.Aggregate(new Looked(0, double.PositiveInfinity), (all, one) => all.With(one.Looked));
        List<(IReadOnlyList<int> Accounts, Func<PromptSample, float> Share)> passed = [.. each.SelectMany(one => one.Passed)];
        return
        [
            .. Joined(accounts, passed.ConvertAll(one => one.Accounts)) // 3
                .Select(source => source.Where(account => passed.Sum(one => one.Share(accounts[account].Sample)) >= Sure)) // 4
                .Select(source => Read(accounts, [.. source], fewest))
                .OfType<Source>()
                .Where(source => source.Reading.Bound <= MostBound)
                .Select(source => WithoutDoubtful(accounts, source)) // 5
                .OrderByDescending(source => source.Accounts.Count)
                .ThenBy(source => source.Accounts is [var first, ..] ? first : 0),
        ];
    }

    private static Source WithoutDoubtful(IReadOnlyList<(ulong Fingerprint, PromptSample Sample)> accounts, Source source)
    {
        var doubtful = Exchangeability.Doubtful([.. source.Accounts.Select(account => accounts[account].Sample)]);
        return source with { Accounts = [.. source.Accounts.Where((_, one) => !doubtful.Contains(one))] };
    }

    /// <summary>What was looked at.</summary>
    /// <param name="Classes">How many classes and parts of classes.</param>
    /// <param name="Lowest">The lowest bound of any; infinite where none said anything.</param>
    public readonly record struct Looked(int Classes, double Lowest)
    {
        /// <summary>This and one more.</summary>
        internal Looked With(double? bound) => new(Classes + 1, Math.Min(Lowest, bound ?? double.PositiveInfinity));

        /// <summary>This and others.</summary>
        internal Looked With(Looked others) => new(Classes + others.Classes, Math.Min(Lowest, others.Lowest));
    }

    /// <summary>What became of one class: the accounts of it, or of its parts, that could be exchanged.</summary>
    private sealed record Class(List<(IReadOnlyList<int> Accounts, Func<PromptSample, float> Share)> Passed, Looked Looked)
    {
        public static Class Of(
            IReadOnlyList<(ulong Fingerprint, PromptSample Sample)> accounts,
            PopulationMixture.Classes classes,
            int one,
            ulong salt,
            int fewest
        )
        {
            List<(IReadOnlyList<int> Accounts, Func<PromptSample, float> Share)> passed = [];
            var looked = new Looked(0, double.PositiveInfinity);
            bool Passes(IReadOnlyList<int> numbers, Func<PromptSample, float> share)
            {
                var source = Read(accounts, numbers, fewest);
                looked = looked.With(source?.Reading.Bound);
                if (source == null || source.Reading.Bound > MostBound)
                {
                    return false;
                }

                passed.Add((source.Accounts, share));
                return true;
            }

            var members = classes.Accounts[one];
            var share = classes.ShareOf(one);
            if (members.Count < fewest || Passes(members, share) || members.Count < 2 * fewest)
            {
                return new(passed, looked);
            }

            var parts = PopulationMixture.Fitted(
                [.. members.Select(member => accounts[member])],
                salt,
                Math.Min(MostParts, members.Count / fewest)
            );
            for (var part = 0; part < parts.Accounts.Count; part++)
            {
                var within = parts.ShareOf(part);
                Passes([.. parts.Accounts[part].Select(member => members[member])], sample => share(sample) * within(sample));
            }

            return new(passed, looked);
        }
    }

    /// <summary>Classes whose accounts could be exchanged across are one, the largest first.</summary>
    private static List<IReadOnlyList<int>> Joined(
        IReadOnlyList<(ulong Fingerprint, PromptSample Sample)> accounts,
        List<IReadOnlyList<int>> classes
    )
    {
        classes.Sort((x, y) => x.Count != y.Count ? y.Count.CompareTo(x.Count) : x[0].CompareTo(y[0]));
        List<IReadOnlyList<int>> joined = [];
        foreach (var one in classes)
        {
            var into = joined.FindIndex(other =>
                Exchangeability.AreOne(
                    [.. other.Select(account => accounts[account].Sample)],
                    [.. one.Select(account => accounts[account].Sample)]
                )
            );
            if (into < 0)
            {
                joined.Add(one);
            }
            else
            {
                joined[into] = [.. joined[into].Concat(one).Order()];
            }
        }

        return joined;
    }

    private static Source? Read(IReadOnlyList<(ulong Fingerprint, PromptSample Sample)> accounts, IReadOnlyList<int> numbers, int fewest) =>
        Exchangeability.Of([.. numbers.Select(number => accounts[number].Sample)], out var kept, fewest) is { } reading
            ? new Source(reading, [.. kept.Select(one => numbers[one])])
            : null;
}
