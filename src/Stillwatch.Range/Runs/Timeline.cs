using System.Runtime.InteropServices;
using Stillwatch.Range.Adversaries;
using Stillwatch.Range.World;

namespace Stillwatch.Range.Runs;

/// <summary>
/// All acts of a world in order, hour by hour. Honest customers plan a day at a time; adversaries plan each hour, knowing what was done to
/// them.
/// </summary>
/// <param name="world">The world, settled.</param>
/// <param name="adversaries">Its adversaries, settled.</param>
internal sealed class Timeline(Provider world, IReadOnlyList<Adversary> adversaries)
{
    private readonly ActOrder _order = new(world.Seed);
    private readonly Chance _chance = new();
    private readonly List<Act> _planned = []; // honest acts from the open day on
    private readonly List<Act> _hour = [];

    /// <summary>The order of the acts.</summary>
    public ActOrder Order => _order;

    /// <summary>The acts of hour after hour; each list is good until the next is asked for.</summary>
    public IEnumerable<(long From, List<Act> Acts)> Hours()
    {
        var from = 0;
        for (var day = 0; day < world.Days; day++)
        {
            _planned.RemoveRange(0, from);
            from = 0;
            Plan(world.Start / Provider.Day + day);
            for (var hour = 0; hour < 24; hour++)
            {
                var begins = world.Start + day * Provider.Day + hour * Provider.Hour;
                _hour.Clear();
                while (from < _planned.Count && _planned[from].Micros < begins + Provider.Hour)
                {
                    _hour.Add(_planned[from++]);
                }

                var honest = _hour.Count;
                foreach (var adversary in adversaries)
                {
                    adversary.Plan(world, begins, _hour);
                }

                if (_hour.Count > honest)
                {
                    _hour.RemoveAll(act => act.Micros >= world.End);
                    _hour.Sort(_order);
                }

                yield return (begins, _hour);
            }
        }
    }

    private void Plan(long day)
    {
        foreach (var account in world.Accounts)
        {
            if (account.Campaign == null && account.Created < (day + 1) * Provider.Day)
            {
                account.Role.Plan(world, account, day, _chance.Begin(Chance.Seed(account.Seed, (ulong)day)), _planned);
            }
        }

        _planned.RemoveAll(act => act.Micros < world.Start || act.Micros >= world.End);
        CollectionsMarshal.AsSpan(_planned).Sort(_order);
    }
}
