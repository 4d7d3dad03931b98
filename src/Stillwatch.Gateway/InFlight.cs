namespace Stillwatch.Gateway;

/// <summary>
/// The exchanges under way, in a linked list: one sweep a second finds those that wait too long, so that no exchange needs a timer of its
/// own. Safe for use from many threads.
/// </summary>
internal sealed class InFlight
{
    private readonly Lock _gate = new();
    private Exchange? _first;
    private int _count;

    /// <summary>How many there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds one.</summary>
    public void Add(Exchange exchange)
    {
        lock (_gate)
        {
            exchange.Behind = _first;
            if (_first != null)
            {
                _first.Before = exchange;
            }

            _first = exchange;
            _count++;
        }
    }

    /// <summary>Takes one out.</summary>
    public void Remove(Exchange exchange)
    {
        lock (_gate)
        {
            if (exchange.Before != null)
            {
                exchange.Before.Behind = exchange.Behind;
            }
            else if (_first == exchange)
            {
                _first = exchange.Behind;
            }

            if (exchange.Behind != null)
            {
                exchange.Behind.Before = exchange.Before;
            }

            _count--;
        }
    }

    /// <summary>All of them, as of now.</summary>
    public List<Exchange> All()
    {
        lock (_gate)
        {
            var all = new List<Exchange>(_count);
            for (var exchange = _first; exchange != null; exchange = exchange.Behind)
            {
                all.Add(exchange);
            }

            return all;
        }
    }
}
