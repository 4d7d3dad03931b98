using System.Numerics;
using Stillwatch.Sketches;

namespace Stillwatch.Population;

/// <summary>
/// Which accounts draw from one source: a mixture of multinomials over the cells of their prompts, fitted by expectation-maximisation
/// (Rigouste, Cappé and Yvon, "Inference and evaluation of the multinomial mixture model for text clustering", Information Processing and
/// Management 2007). Accounts that are dealt tasks from one list are draws from one mixture and fall into one class, although they share
/// nothing else.
/// </summary>
/// <remarks>
/// <para>Each fit begins anew from the accounts' fingerprints: nothing is kept from one to the next, so that the classes depend on the
/// accounts and their prompts alone, on no order and on no earlier fit. What outlives a fit is the campaign that came of a class.</para>
/// <para>Views are taken as independent, which they are not: what they say together counts by half. A class's cells are drawn towards the
/// whole population's by a prior of twenty prompts.</para>
/// </remarks>
public static class PopulationMixture
{
    /// <summary>The least different prompts of an account that takes part.</summary>
    public const int FewestPrompts = 4;

    /// <summary>The most accounts that a mixture is fitted to, by their fingerprints; all others are told which class fits them
    /// best.</summary>
    public const int MostFitted = 16_384;

    private const int AccountsInClass = 50; // a class for so many accounts
    private const int FewestClasses = 16;
    private const int MostClasses = 128;
    private const int MostRounds = 15;
    private const int Settled = 500; // one account in so many may still move
    private const float Together = 0.5f;
    private const float Prior = 20; // prompts
    private const float Sparse = 4; // the power of the random start: an account begins in few classes
    private const float Nothing = 1e-4f; // a share of an account that does not count
    private const int FewOf = 8; // so many classes of an account are few: one in eight
    private const float Vanishing = -20; // a logarithm below the highest, of a share that is none

    private static readonly int[] Offsets = MakeOffsets();

    /// <summary>How many classes <paramref name="accounts"/> accounts are sorted into.</summary>
    public static int ClassesOf(int accounts) => Math.Clamp(Math.Min(accounts, MostFitted) / AccountsInClass, FewestClasses, MostClasses);

    /// <summary>Sorts accounts into classes.</summary>
    /// <param name="accounts">Each account's fingerprint and sample, ordered by fingerprint; each with at least
    /// <see cref="FewestPrompts"/> prompts.</param>
    /// <param name="salt">Of the random start: another one begins elsewhere and may end elsewhere.</param>
    /// <param name="classes">How many classes; <see cref="ClassesOf"/> where it is not said.</param>
    public static Classes Fitted(IReadOnlyList<(ulong Fingerprint, PromptSample Sample)> accounts, ulong salt, int? classes = null)
    {
        var count = classes ?? ClassesOf(accounts.Count);
        var fitted = Chosen(accounts);
        var fit = new Fit(count, [.. fitted.Select(number => accounts[number].Sample)]);
        fit.Begin([.. fitted.Select(number => KeyedHash.Fold(accounts[number].Fingerprint, salt))]);
        for (var (round, moved) = (0, int.MaxValue); round < MostRounds && moved > fitted.Length / Settled; round++)
        {
            fit.Maximise();
            moved = fit.Expect();
        }

        fit.Maximise();
        var found = Enumerable.Range(0, count).Select(_ => new List<int>()).ToArray();
        var shares = new float[count];
        for (var number = 0; number < accounts.Count; number++)
        {
            fit.Share(accounts[number].Sample, shares);
            found[Likeliest(shares)].Add(number);
        }

        return new Classes(found, fit.Share);
    }

    /// <summary>What a fit found.</summary>
    /// <param name="Accounts">By class the numbers of the accounts that are likeliest in it, ascending; some may be empty.</param>
    /// <param name="Share">Writes in which classes an account with a sample is; together 1.</param>
    public sealed record Classes(IReadOnlyList<IReadOnlyList<int>> Accounts, Share Share)
    {
        /// <summary>The share of class number <paramref name="one"/> alone.</summary>
        public Func<PromptSample, float> ShareOf(int one) =>
            sample =>
            {
                Span<float> shares = stackalloc float[Accounts.Count];
                Share(sample, shares);
                return shares[one];
            };
    }

    /// <summary>Writes the share of each class.</summary>
    public delegate void Share(PromptSample sample, Span<float> shares);

    /// <summary>Which accounts are fitted to: all, or those with the smallest mixed fingerprints.</summary>
    private static int[] Chosen(IReadOnlyList<(ulong Fingerprint, PromptSample Sample)> accounts) =>
        accounts.Count <= MostFitted
            ? [.. Enumerable.Range(0, accounts.Count)]
            :
            [
                .. Enumerable
                    .Range(0, accounts.Count)
                    .OrderBy(number => KeyedHash.Mix(accounts[number].Fingerprint))
                    .Take(MostFitted)
                    .Order(),
            ];

    private static int Likeliest(ReadOnlySpan<float> shares)
    {
        var best = 0;
        for (var one = 1; one < shares.Length; one++)
        {
            best = shares[one] > shares[best] ? one : best;
        }

        return best;
    }

    private static int[] MakeOffsets()
    {
        var offsets = new int[PromptCode.Views + 1];
        for (var view = 0; view < PromptCode.Views; view++)
        {
            offsets[view + 1] = offsets[view] + PromptCode.Cells[view];
        }

        return offsets;
    }

    /// <summary>One fit: tables by cell, and in each the classes side by side.</summary>
    private sealed class Fit
    {
        private readonly int _classes;
        private readonly int[] _prompts; // of the accounts one after the other, where each prompt's cells begin in the tables
        private readonly int[] _begin; // by account in it; the last is its length
        private readonly float[] _base; // by cell its share of all prompts of its view
        private readonly float[] _cells; // by cell and class: counts, then logarithms of shares
        private readonly float[] _sizes; // by class: accounts, then the logarithm of the share
        private readonly float[] _shares; // by account and class

        public Fit(int classes, IReadOnlyList<PromptSample> samples)
        {
            _classes = classes;
            _cells = new float[Offsets[^1] * classes];
            _sizes = new float[classes];
            _shares = new float[samples.Count * classes];
            _begin = new int[samples.Count + 1];
            for (var account = 0; account < samples.Count; account++)
            {
                _begin[account + 1] = _begin[account] + samples[account].Prompts.Length * PromptCode.Views;
            }

            _prompts = new int[_begin[^1]];
            for (var account = 0; account < samples.Count; account++)
            {
                Places(samples[account], _prompts.AsSpan(_begin[account].._begin[account + 1]));
            }

            _base = Base();
        }

        /// <summary>Each account begins in a few classes that its fingerprint says.</summary>
        public void Begin(ulong[] fingerprints)
        {
            for (var account = 0; account < fingerprints.Length; account++)
            {
                var shares = Of(account);
                var sum = 0f;
                for (var one = 0; one < _classes; one++)
                {
                    var random = KeyedHash.Mix(KeyedHash.Fold(fingerprints[account], (ulong)one + 1)) / (float)ulong.MaxValue;
                    shares[one] = MathF.Pow(random, Sparse);
                    sum += shares[one];
                }

                for (var one = 0; one < _classes; one++)
                {
                    shares[one] /= sum;
                }
            }
        }

        /// <summary>What each class asks, by the accounts that are in it.</summary>
        public void Maximise()
        {
            for (var cell = 0; cell < _base.Length; cell++)
            {
                _cells.AsSpan(cell * _classes, _classes).Fill(_base[cell] * Prior);
            }

            Array.Fill(_sizes, 1f);
            for (var account = 0; account < _begin.Length - 1; account++)
            {
                Count(_prompts.AsSpan(_begin[account].._begin[account + 1]), Of(account));
            }

            Span<float> sums = stackalloc float[_classes];
            for (var view = 0; view < PromptCode.Views; view++)
            {
                sums.Clear();
                for (var cell = Offsets[view]; cell < Offsets[view + 1]; cell++)
                {
                    Add(sums, _cells.AsSpan(cell * _classes, _classes));
                }

                for (var cell = Offsets[view]; cell < Offsets[view + 1]; cell++)
                {
                    for (var one = 0; one < _classes; one++)
                    {
                        ref var share = ref _cells[cell * _classes + one];
                        share = MathF.Log(share / sums[one]) * Together;
                    }
                }
            }

            for (var one = 0; one < _classes; one++)
            {
                _sizes[one] = MathF.Log(_sizes[one] / (_begin.Length - 1 + _classes));
            }
        }

        /// <summary>In which classes each account is, by what they ask.</summary>
        /// <returns>How many are likeliest in another class than before.</returns>
        public int Expect()
        {
            var moved = 0;
            for (var account = 0; account < _begin.Length - 1; account++)
            {
                var shares = Of(account);
                var before = Likeliest(shares);
                Share(_prompts.AsSpan(_begin[account].._begin[account + 1]), shares);
                moved += Likeliest(shares) == before ? 0 : 1;
            }

            return moved;
        }

        /// <summary>Writes in which classes an account with <paramref name="sample"/> is; together 1.</summary>
        public void Share(PromptSample sample, Span<float> shares)
        {
            Span<int> places = stackalloc int[sample.Prompts.Length * PromptCode.Views];
            Places(sample, places);
            Share(places, shares);
        }

        private void Share(ReadOnlySpan<int> places, Span<float> shares)
        {
            _sizes.CopyTo(shares);
            foreach (var place in places)
            {
                Add(shares, _cells.AsSpan(place, _classes));
            }

            var most = float.NegativeInfinity;
            foreach (var share in shares)
            {
                most = Math.Max(most, share);
            }

            var sum = 0f;
            foreach (ref var share in shares)
            {
                share = share - most < Vanishing ? 0 : MathF.Exp(share - most);
                sum += share;
            }

            foreach (ref var share in shares)
            {
                share /= sum;
            }
        }

        private void Count(ReadOnlySpan<int> places, ReadOnlySpan<float> shares)
        {
            var many = 0;
            foreach (var share in shares)
            {
                many += share < Nothing ? 0 : 1;
            }

            if (many * FewOf > _classes) // in the first rounds
            {
                Add(_sizes, shares);
                foreach (var place in places)
                {
                    Add(_cells.AsSpan(place, _classes), shares);
                }

                return;
            }

            for (var one = 0; one < _classes; one++)
            {
                var share = shares[one];
                if (share < Nothing)
                {
                    continue; // after the first rounds an account is in one or two
                }

                _sizes[one] += share;
                foreach (var place in places)
                {
                    _cells[place + one] += share;
                }
            }
        }

        private Span<float> Of(int account) => _shares.AsSpan(account * _classes, _classes);

        private void Places(PromptSample sample, Span<int> places)
        {
            var at = 0;
            foreach (ref readonly var prompt in sample.Prompts)
            {
                for (var view = 0; view < PromptCode.Views; view++)
                {
                    places[at++] = (Offsets[view] + prompt.Cell(view)) * _classes;
                }
            }
        }

        private float[] Base()
        {
            var counts = new float[Offsets[^1]];
            foreach (var place in _prompts)
            {
                counts[place / _classes]++;
            }

            for (var view = 0; view < PromptCode.Views; view++)
            {
                var cells = counts.AsSpan(Offsets[view]..Offsets[view + 1]);
                var sum = 0f;
                foreach (ref var count in cells)
                {
                    count += 0.5f; // no cell is impossible
                    sum += count;
                }

                foreach (ref var count in cells)
                {
                    count /= sum;
                }
            }

            return counts;
        }

        private static void Add(Span<float> to, ReadOnlySpan<float> more)
        {
            var at = 0;
            for (; at <= to.Length - Vector<float>.Count; at += Vector<float>.Count)
            {
                (new Vector<float>(to[at..]) + new Vector<float>(more[at..])).CopyTo(to[at..]);
            }

            for (; at < to.Length; at++)
            {
                to[at] += more[at];
            }
        }
    }
}
