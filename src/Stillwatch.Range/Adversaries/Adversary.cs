using Stillwatch.Range.Costs;
using Stillwatch.Range.Customers;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Adversaries;

/// <summary>
/// A campaign: somebody with a goal, some knowledge and a budget, who has the tasks of one seed set answered over many accounts. What one
/// adversary does unlike another is in its own file; this one carries it out.
/// </summary>
internal abstract class Adversary : Role
{
    /// <summary>The kind of an act that asks a task.</summary>
    protected const ushort Task = 0;

    /// <summary>The kind of an act that is an ordinary conversation.</summary>
    protected const ushort Covering = 1;

    private const double PoolServers = 12;

    private static readonly byte Harvester = ClientProgram.Number("aiohttp");

    private readonly Chance _chance = new();
    private readonly List<Cohort> _cohorts = [];
    private readonly Dictionary<int, Cohort> _cohortOf = [];
    private readonly HashSet<int> _stopped = [];
    private readonly List<Act> _talks = [];
    private CampaignPlan _plan = new("", 0, 0, 0, 0, 0, Informed: false);
    private int _made;
    private long _asked;
    private ulong _seed;

    /// <inheritdoc/>
    public override string Label => "distiller";

    /// <summary>What it wants, in a sentence.</summary>
    public abstract string Goal { get; }

    /// <summary>What it knows of the provider's defence, in a sentence.</summary>
    public abstract string Knowledge { get; }

    /// <summary>What it does to begin with.</summary>
    public abstract Tactics Tactics { get; }

    /// <summary>Who, how much and when.</summary>
    public CampaignPlan Aim => _plan;

    /// <summary>The campaign's name.</summary>
    public string Campaign => _plan.Name;

    /// <summary>What it spent.</summary>
    public Bill Bill { get; } = new();

    /// <summary>The numbers of all accounts that it ever made, in their order.</summary>
    public IEnumerable<int> Accounts => _cohortOf.Keys;

    /// <summary>Accounts that go about it in one way, the oldest way first.</summary>
    public IReadOnlyList<Cohort> Cohorts => _cohorts;

    /// <summary>Whether its accounts are known before it begins, so that planning need not wait for what was done to them.</summary>
    public virtual bool IsForeseen => true;

    /// <summary>The seed of its tasks.</summary>
    protected ulong Seed => _seed;

    /// <summary>Tasks that were asked.</summary>
    protected long Asked => _asked;

    /// <summary>Comes into the world, with its first accounts.</summary>
    public void Enter(Provider world, CampaignPlan plan, ulong seed)
    {
        (_plan, _seed) = (plan, seed);
        Bill.Hours += Tactics.SetUpHours;
        Enter(world);
    }

    /// <inheritdoc/>
    public sealed override void Settle(Provider world, int accounts, ulong seed, Chance chance)
    {
        // A campaign enters with a plan.
    }

    /// <inheritdoc/>
    public sealed override void Plan(Provider world, Account account, long day, Chance chance, List<Act> into)
    {
        // A campaign plans for all its accounts at once.
    }

    /// <summary>Plans the hour that begins at <paramref name="hour"/>.</summary>
    public void Plan(Provider world, long hour, List<Act> into)
    {
        if (hour < _plan.From || hour >= _plan.To || _asked >= _plan.Exchanges || (_plan.Budget > 0 && Bill.Total >= _plan.Budget))
        {
            return;
        }

        _chance.Begin(Chance.Seed(_seed, (ulong)(hour / Provider.Hour)));
        Decide(world, hour);
        foreach (var cohort in _cohorts)
        {
            Plan(world, cohort, hour, into);
        }
    }

    /// <summary>Told that an account of it is stopped; once or again and again.</summary>
    public void Stopped(int account)
    {
        if (_stopped.Add(account))
        {
            Bill.Stopped++;
            _cohortOf[account].Stopped++;
            _cohortOf[account].Spent += PriceList.Deposit / 2;
        }
    }

    /// <summary>Told that a request was answered.</summary>
    public void Answered(int account, int useful, int tokensIn, int tokensOut)
    {
        Bill.TokensIn += tokensIn;
        Bill.TokensOut += tokensOut;
        var cohort = _cohortOf[account];
        cohort.Useful += useful;
        cohort.Spent += tokensIn * PriceList.MillionTokensIn / 1_000_000 + tokensOut * PriceList.MillionTokensOut / 1_000_000;
        if (cohort.Tactics.Place == Place.Residential)
        {
            const int bytesOfToken = 4,
                overhead = 1_500;
            var bytes = (tokensIn + tokensOut) * (long)bytesOfToken + overhead;
            Bill.ProxyBytes += bytes;
            cohort.Spent += bytes * PriceList.ProxyGigabyte / 1_000_000_000;
        }
    }

    /// <inheritdoc/>
    public sealed override void Write(Provider world, Account account, in Act act, Letter letter)
    {
        var tactics = _cohortOf[account.Number].Tactics;
        if (act.Kind == Covering)
        {
            Cover(world, account, act, letter);
            return;
        }

        letter.Model = Model(world, account, act, tactics);
        letter.Useful = 1;
        letter.Chance.Begin(Chance.Seed(_seed, act.Seed));
        Habits(tactics, letter);
        Say(account, act, tactics, letter);
    }

    /// <summary>Makes the first accounts.</summary>
    protected virtual void Enter(Provider world) => Recruit(world, Begin(Tactics), _plan.Accounts, _plan.From);

    /// <summary>Decides what to change in this hour: stopped accounts are forgotten, and replaced where the tactics say so.</summary>
    protected virtual void Decide(Provider world, long hour)
    {
        foreach (var cohort in _cohorts)
        {
            var gone = Forget(cohort);
            if (gone > 0 && cohort.Tactics.Replaces)
            {
                Recruit(world, cohort, gone, hour);
            }
        }
    }

    /// <summary>Writes the messages of a task, and says what the answer is like.</summary>
    protected virtual void Say(Account account, in Act act, Tactics tactics, Letter letter) => Wrap.Write(tactics, _seed, act.Seed, letter);

    /// <summary>Writes an ordinary conversation.</summary>
    protected virtual void Cover(Provider world, Account account, in Act act, Letter letter)
    {
        letter.Model = world.Model(account, act.Micros);
        letter.Stream = true;
        Talk.Write(Persona.Of(account.Seed, account.Language, letter.Chance), act.Seed, act.Turn, letter);
    }

    /// <summary>Begins another way.</summary>
    protected Cohort Begin(Tactics tactics)
    {
        _cohorts.Add(new Cohort(tactics));
        return _cohorts[^1];
    }

    /// <summary>Takes the stopped ones off a cohort.</summary>
    /// <returns>How many there were.</returns>
    protected int Forget(Cohort cohort) => cohort.Live.RemoveAll(account => _stopped.Contains(account.Number));

    /// <summary>Makes accounts at <paramref name="now"/>; those to begin with, shortly before.</summary>
    protected void Recruit(Provider world, Cohort cohort, int count, long now)
    {
        for (var i = 0; i < count; i++)
        {
            var account = SignUp(world, cohort.Tactics, _made++, now);
            cohort.Live.Add(account);
            cohort.Made++;
            _cohortOf[account.Number] = cohort;
            Bill.Accounts++;
            cohort.Spent += PriceList.Account;
            if (account.Payment is { } card && Bill.Cards.Add(card))
            {
                cohort.Spent += PriceList.Card;
            }
        }

        if (cohort.Tactics.Place == Place.Pool)
        {
            var days = (double)count / cohort.Tactics.AccountsOnPool * PoolServers * (_plan.To - now) / Provider.Day;
            Bill.ServerDays += days;
            cohort.Spent += (decimal)days / 30 * PriceList.ServerMonth;
        }
    }

    private Account SignUp(Provider world, Tactics tactics, int number, long now)
    {
        var own = Chance.Seed(_seed, (ulong)number + 1);
        var batch = _chance.Begin(Chance.Seed(Chance.Seed(_seed, 0xba7c), (ulong)(number / Math.Max(1, tactics.SignUpBatch))));
        var (batchAt, country) = (now - (long)(batch.NextDouble() * 4 * Provider.Day), Networks.Country(batch));
        _chance.Begin(own);
        return world.Add(
            this,
            own,
            new Settling
            {
                Created =
                    number >= _plan.Accounts
                        ? now
                        : batchAt
                            + (
                                tactics.SignUpBatch > 1
                                    ? (long)(_chance.NextDouble() * Provider.Hour)
                                    : -(long)(_chance.NextDouble() * 60 * Provider.Day)
                            ),
                Group = Chance.Seed(Chance.Seed(_seed, 0x9001), (ulong)(number / Math.Max(1, tactics.AccountsOnPool))),
                Country = tactics.Place == Place.Residential ? Networks.Country(_chance) : country,
                EmailDomain = Provider.FreeMail(_chance),
                Payment =
                    tactics.AccountsOnCard == 0
                        ? null
                        : Provider.Card(Chance.Seed(Chance.Seed(_seed, 0xca4d), (ulong)(number / tactics.AccountsOnCard))),
                Place = tactics.Place,
                Program = tactics.MimicsClients ? People.Program(_chance) : Harvester,
                Language = Persona.Language(country, _chance),
                Rate = (float)tactics.PerAccountDay,
                Campaign = _plan.Name,
            }
        );
    }

    private void Plan(Provider world, Cohort cohort, long hour, List<Act> into)
    {
        var (tactics, live) = (cohort.Tactics, cohort.Live.Count);
        if (live == 0)
        {
            return;
        }

        // The load of an hour: what its accounts do in a day, or else what is left of the goal over what is left of the time.
        var hours = (_plan.To - hour) / (double)Provider.Hour;
        var wanted = tactics.PerAccountDay > 0 ? live * tactics.PerAccountDay / 24 : (_plan.Exchanges - _asked) / hours;
        cohort.Owed += wanted * Load(tactics.Rhythm);
        var due = (int)Math.Min(cohort.Owed, _plan.Exchanges - _asked);
        cohort.Owed -= due;
        for (var i = 0; i < due; i++)
        {
            Ask(world, cohort, hour, i, due, into);
        }
    }

    private double Load(Rhythm rhythm) =>
        rhythm switch
        {
            Rhythm.Burst => _chance.Is(0.15) ? 6 : 0.1,
            Rhythm.Balanced => _chance.Is(0.04) ? 0 : 1.04, // all pause together: its queue ran dry, or its machine was restarted
            _ => 1,
        };

    private void Ask(Provider world, Cohort cohort, long hour, int at, int of, List<Act> into)
    {
        var (tactics, live) = (cohort.Tactics, cohort.Live);
        var account = tactics.Rhythm is Rhythm.Balanced or Rhythm.Burst ? live[cohort.Turn++ % live.Count] : live[_chance.Next(live.Count)];
        for (var tries = 0; tactics.Rhythm == Rhythm.Human && !Awake(account, hour); tries++)
        {
            if (tries == 3)
            {
                cohort.Owed++; // nobody is awake: it is asked later
                return;
            }

            account = live[_chance.Next(live.Count)];
        }

        var within = tactics.Rhythm == Rhythm.Balanced ? (at + 0.8 * _chance.NextDouble()) / of : _chance.NextDouble();
        var micros = hour + (long)(within * Provider.Hour) / 1000 * 1000;
        if (micros < account.Created)
        {
            return;
        }

        if (!_chance.Is(tactics.Cover))
        {
            into.Add(new Act(micros, account.Number, (ulong)_asked++, 0, Task));
            return;
        }

        People.Converse(world, account, micros, _chance.Bits(), _chance, _talks);
        into.AddRange(_talks.Select(act => act with { Kind = Covering, Micros = Math.Min(act.Micros, hour + Provider.Hour - 1000) }));
        _talks.Clear();
    }

    private static bool Awake(Account account, long hour) =>
        (hour / Provider.Hour + (long)(account.Seed % 24)) % 24 < 14 && Chance.Seed(account.Seed, (ulong)(hour / Provider.Day)) % 10 < 7;

    private static string Model(Provider world, Account account, in Act act, Tactics tactics)
    {
        var since = act.Micros - world.ReleasedAt(act.Micros);
        if (tactics.Pivots && world.ReleasedAt(act.Micros) > long.MinValue)
        {
            var moved = Math.Min(1, since / (double)Provider.Day) / 2; // half of it within a day
            return Chance.Seed(account.Seed, act.Seed) % 1000 < moved * 1000 ? world.Newest(act.Micros) : "frontier-2";
        }

        return tactics.MimicsClients ? world.Model(account, act.Micros) : "frontier-2";
    }

    private static void Habits(Tactics tactics, Letter letter)
    {
        if (tactics.MimicsClients)
        {
            letter.Temperature = letter.Chance.NextDouble() switch
            {
                < 0.55 => double.NaN,
                < 0.8 => 0.7,
                < 0.9 => 1,
                _ => 0.2,
            };
            letter.Stream = letter.Chance.Is(0.7);
            letter.MaxTokens = letter.Chance.Is(0.25) ? 1024 : 0;
        }
        else
        {
            (letter.Temperature, letter.MaxTokens) = (1, 4096);
        }
    }
}
