using Stillwatch.Range.Costs;
using Stillwatch.Range.Customers;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Adversaries;

/// <summary>
/// A campaign: somebody with a goal, some knowledge and a budget, who has the tasks of one seed set answered over many accounts. What one adversary does
/// unlike another is in its own file; this one carries it out.
/// </summary>
internal abstract class Adversary : Role
{
    /// <summary>The kind of an act that asks a task.</summary>
    protected const ushort Task = 0;

    /// <summary>The kind of an act that is an ordinary conversation.</summary>
    protected const ushort Covering = 1;

    private static readonly byte Harvester = ClientProgram.Number("aiohttp");

    private readonly Chance _chance = new();
    private readonly List<Account> _live = [];
    private readonly HashSet<int> _stopped = [];
    private CampaignPlan _plan = new("", 0, 0, 0, 0, 0);
    private double _owed;
    private int _turn, _made, _asked;
    private ulong _seed;

    /// <inheritdoc/>
    public override string Label => "distiller";

    /// <summary>What it wants, in a sentence.</summary>
    public abstract string Goal { get; }

    /// <summary>What it knows of the provider's defence, in a sentence.</summary>
    public abstract string Knowledge { get; }

    /// <summary>What it does to begin with.</summary>
    public abstract Tactics Tactics { get; }

    /// <summary>The campaign's name.</summary>
    public string Campaign => _plan.Name;

    /// <summary>Who, how much and when.</summary>
    public CampaignPlan Aim => _plan;

    /// <summary>What it spent.</summary>
    public Bill Bill { get; } = new();

    /// <summary>All accounts that it ever made.</summary>
    public int Made => _made;

    /// <summary>The seed of its tasks.</summary>
    protected ulong Seed => _seed;

    /// <summary>Comes into the world, with its first accounts.</summary>
    public void Enter(Provider world, CampaignPlan plan, ulong seed)
    {
        (_plan, _seed) = (plan, seed);
        Bill.Hours += Current.SetUpHours;
        Recruit(world, plan.Accounts, plan.From, Current);
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
    public virtual void Plan(Provider world, long hour, List<Act> into)
    {
        if (hour < _plan.From || hour >= _plan.To || _plan.Exchanges <= _asked)
        {
            return;
        }

        var tactics = Current;
        _chance.Begin(Chance.Seed(_seed, (ulong)(hour / Provider.Hour)));
        if (tactics.Replaces)
        {
            Replace(world, hour, tactics);
        }

        var live = _live.Count;
        if (live == 0)
        {
            return;
        }

        // The load of an hour: what is left, spread over what is left of the time, by the accounts that are there.
        var hours = (_plan.To - hour) / (double)Provider.Hour;
        var wanted = tactics.PerAccountDay > 0 ? live * tactics.PerAccountDay / 24 : (_plan.Exchanges - _asked) / hours;
        _owed += wanted * Load(tactics, hour, _chance);
        var due = (int)Math.Min(_owed, _plan.Exchanges - _asked);
        _owed -= due;
        for (var i = 0; i < due; i++)
        {
            Ask(world, tactics, hour, i, due, into);
        }
    }

    /// <summary>What is done at the moment.</summary>
    protected virtual Tactics Current => Tactics;

    /// <summary>Whether <paramref name="account"/> was stopped.</summary>
    public bool IsStopped(int account) => _stopped.Contains(account);

    /// <summary>Told that an account of it was stopped; it knows from the next hour on.</summary>
    public virtual void Stopped(int account)
    {
        if (_stopped.Add(account))
        {
            Bill.Stopped++;
        }
    }

    /// <inheritdoc/>
    public sealed override void Write(Provider world, Account account, in Act act, Letter letter)
    {
        if (act.Kind == Covering)
        {
            Cover(world, account, act, letter);
            return;
        }

        var tactics = TacticsOf(account);
        letter.Model = Model(world, account, act, tactics);
        letter.Useful = 1;
        letter.Chance.Begin(Chance.Seed(_seed, act.Seed));
        Habits(account, tactics, letter);
        Say(world, account, act, tactics, letter);
    }

    /// <summary>The tactics by which <paramref name="account"/> was recruited.</summary>
    protected virtual Tactics TacticsOf(Account account) => Tactics;

    /// <summary>Writes the messages of a task, and says what the answer is like.</summary>
    protected virtual void Say(Provider world, Account account, in Act act, Tactics tactics, Letter letter) => Wrap.Write(tactics, _seed, act.Seed, account, letter);

    /// <summary>Makes accounts at <paramref name="now"/> or shortly before.</summary>
    protected void Recruit(Provider world, int count, long now, Tactics tactics)
    {
        for (var i = 0; i < count; i++)
        {
            var number = _made++;
            var own = Chance.Seed(_seed, (ulong)number + 1);
            var batch = number / Math.Max(1, tactics.SignUpBatch);
            _chance.Begin(Chance.Seed(Chance.Seed(_seed, 0xba7c), (ulong)batch));
            var (batchAt, country) = (now - (long)(_chance.NextDouble() * 4 * Provider.Day), Networks.Country(_chance));
            _chance.Begin(own);
            var card = tactics.AccountsOnCard == 0 ? null : Provider.Card(Chance.Seed(Chance.Seed(_seed, 0xca4d), (ulong)(number / tactics.AccountsOnCard)));
            var pool = Chance.Seed(Chance.Seed(_seed, 0x9001), (ulong)(number / Math.Max(1, tactics.AccountsOnPool)));
            var created = batchAt + (tactics.SignUpBatch > 1 ? (long)(_chance.NextDouble() * Provider.Hour) : -(long)(_chance.NextDouble() * 60 * Provider.Day));
            var account = world.Add(this, own, new Settling
            {
                Created = number >= _plan.Accounts ? now : created,
                Group = pool,
                Country = tactics.Place == Place.Residential ? Networks.Country(_chance) : country,
                EmailDomain = tactics.OwnMail ? Provider.OwnMail(_seed) : Provider.FreeMail(_chance),
                Payment = card,
                Place = tactics.Place,
                Program = tactics.MimicsClients ? People.Program(_chance) : Harvester,
                Language = Persona.Language(country, _chance),
                Rate = (float)tactics.PerAccountDay,
                Campaign = _plan.Name,
            });
            _live.Add(account);
            Recruited(account, tactics);
            Bill.Accounts++;
            if (card != null)
            {
                Bill.Cards.Add(card);
            }
        }

        if (tactics.Place == Place.Pool)
        {
            Bill.ServerDays += (double)count / tactics.AccountsOnPool * 12 * (_plan.To - now) / Provider.Day;
        }
    }

    /// <summary>Told each account as it is made.</summary>
    protected virtual void Recruited(Account account, Tactics tactics)
    {
    }

    /// <summary>What new accounts are made instead of stopped ones; the same tactics where nothing else is decided.</summary>
    protected virtual void Replace(Provider world, long hour, Tactics tactics)
    {
        var gone = _live.RemoveAll(account => _stopped.Contains(account.Number));
        if (gone > 0)
        {
            Recruit(world, gone, hour, tactics);
        }
    }

    /// <summary>Accounts that are not stopped, as far as it knows.</summary>
    protected List<Account> Live => _live;

    /// <summary>How many tasks were asked.</summary>
    protected int Asked => _asked;

    /// <summary>The chance of the hour that is planned.</summary>
    protected Chance Chance => _chance;

    private static double Load(Tactics tactics, long hour, Chance chance) => tactics.Rhythm switch
    {
        Rhythm.Burst => chance.Is(0.15) ? 6 : 0.1,
        Rhythm.Balanced => chance.Is(0.04) ? 0 : 1.04,   // all pause together: its queue ran dry, or its machine was restarted
        _ => 1,
    };

    private void Ask(Provider world, Tactics tactics, long hour, int at, int of, List<Act> into)
    {
        var account = tactics.Rhythm is Rhythm.Balanced or Rhythm.Burst ? _live[_turn++ % _live.Count] : _live[_chance.Next(_live.Count)];
        if (tactics.Rhythm == Rhythm.Human && !Awake(account, hour))
        {
            account = _live[_chance.Next(_live.Count)];   // somebody else may be; who never finds one waits
            if (!Awake(account, hour))
            {
                _owed++;
                return;
            }
        }

        var micros = hour + (tactics.Rhythm == Rhythm.Balanced ? (long)((at + 0.8 * _chance.NextDouble()) * Provider.Hour / of) : (long)(_chance.NextDouble() * Provider.Hour));
        micros = micros / 1000 * 1000;
        if (micros < account.Created)
        {
            return;
        }

        if (_chance.Is(tactics.Cover))
        {
            People.Converse(world, account, micros, _chance.Bits(), _chance, _covers);
            foreach (var act in _covers)
            {
                into.Add(act with { Kind = Covering, Micros = Math.Min(act.Micros, hour + Provider.Hour - 1000) });
            }

            _covers.Clear();
            return;
        }

        into.Add(new Act(micros, account.Number, (ulong)_asked++, 0, Task));
    }

    private readonly List<Act> _covers = [];

    private static bool Awake(Account account, long hour)
    {
        var begins = (long)(account.Seed % 24);
        return (hour / Provider.Hour + begins) % 24 < 14 && Chance.Seed(account.Seed, (ulong)(hour / Provider.Day)) % 10 < 7;
    }

    /// <summary>Writes an ordinary conversation.</summary>
    protected virtual void Cover(Provider world, Account account, in Act act, Letter letter)
    {
        letter.Model = world.Model(account, act.Micros);
        letter.Stream = true;
        Talk.Write(Persona.Of(account.Seed, account.Language, letter.Chance), act.Seed, act.Turn, letter);
    }

    private static string Model(Provider world, Account account, in Act act, Tactics tactics) =>
        tactics.Pivots && (Chance.Seed(account.Seed, act.Seed) & 1) == 0 && act.Micros >= world.ReleasedAt(act.Micros) + Provider.Day ? world.Newest(act.Micros)
        : tactics.Pivots && act.Micros < world.ReleasedAt(act.Micros) + Provider.Day && (Chance.Seed(account.Seed, act.Seed) % (ulong)Provider.Day) < (ulong)(act.Micros - world.ReleasedAt(act.Micros)) / 2 ? world.Newest(act.Micros)
        : tactics.MimicsClients ? world.Model(account, act.Micros) : "frontier-2";

    private static void Habits(Account account, Tactics tactics, Letter letter)
    {
        if (tactics.MimicsClients)
        {
            letter.Temperature = letter.Chance.NextDouble() switch { < 0.55 => double.NaN, < 0.8 => 0.7, < 0.9 => 1, _ => 0.2 };
            letter.Stream = letter.Chance.Is(0.7);
            letter.MaxTokens = letter.Chance.Is(0.25) ? 1024 : 0;
        }
        else
        {
            (letter.Temperature, letter.MaxTokens) = (1, 4096);
        }
    }
}
