using Stillwatch.Accounts;

namespace Stillwatch.Gateway.Admit;

/// <summary>
/// What one subject (a key, an account, an organisation) uses, against its limits. Everything that a request may come to is taken on
/// admission and what it did not use is given back at its end: however many come at once, together they cannot pass the limit.
/// </summary>
internal sealed class Meter(string subject)
{
    private readonly Lock _gate = new();
    private Bucket _requests,
        _input,
        _output;
    private long _open,
        _spent,
        _reserved,
        _day,
        _beforeToday,
        _month,
        _endedDay,
        _endedSpent;

    /// <summary>Whose it is: <c>key:…</c>, <c>account:…</c>, <c>organisation:…</c> or <c>model:…</c> (an account and a model).</summary>
    public string Subject => subject;

    /// <summary>What it spent, by day since the epoch: today, and the day before where that was not asked for since it ended.</summary>
    public IReadOnlyList<(long Day, long Spent)> ToSave()
    {
        lock (_gate)
        {
            List<(long, long)> days = _spent > 0 ? [(_day, _spent)] : [];
            if (_endedSpent > 0)
            {
                days.Add((_endedDay, _endedSpent));
                _endedSpent = 0;
            }

            return days;
        }
    }

    /// <summary>Exchanges that are open.</summary>
    public long Open
    {
        get
        {
            lock (_gate)
            {
                return _open;
            }
        }
    }

    /// <summary>Sets what was spent before this process began.</summary>
    /// <param name="day">Today, since the epoch.</param>
    /// <param name="spent">What was spent today.</param>
    /// <param name="beforeToday">What was spent this month before today.</param>
    public void Restore(long day, long spent, long beforeToday)
    {
        lock (_gate)
        {
            (_day, _spent, _beforeToday, _month) = (day, spent, beforeToday, MonthOf(day));
        }
    }

    /// <summary>The month of a day since the epoch, a number that rises by one each month.</summary>
    public static long MonthOf(long day)
    {
        var date = DateTimeOffset.UnixEpoch.AddDays(day);
        return date.Year * 12L + date.Month - 1;
    }

    /// <summary>Takes <paramref name="need"/> where all limits allow it.</summary>
    /// <returns>Which limit does not; <see cref="LimitKind.None"/> where all do.</returns>
    public LimitKind TryTake(Limits limits, in Need need, long now, long frequency, long day, out double seconds)
    {
        seconds = 0;
        lock (_gate)
        {
            if (day > _day)
            {
                var month = MonthOf(day);
                _beforeToday = month == _month ? _beforeToday + _spent : 0;
                (_endedDay, _endedSpent) = (_day, _spent);
                (_day, _spent, _month) = (day, 0, month);
            }

            if (limits.Concurrent > 0 && _open >= limits.Concurrent)
            {
                seconds = 1;
                return LimitKind.Concurrent;
            }

            if (Short(ref _requests, limits.RequestsPerMinute, 1, now, frequency, out seconds))
            {
                return LimitKind.Requests;
            }

            if (Short(ref _input, limits.InputTokensPerMinute, need.InputTokens, now, frequency, out seconds))
            {
                return seconds < 0 ? LimitKind.TooLarge : LimitKind.InputTokens;
            }

            if (Short(ref _output, limits.OutputTokensPerMinute, need.OutputTokens, now, frequency, out seconds))
            {
                return seconds < 0 ? LimitKind.TooLarge : LimitKind.OutputTokens;
            }

            if (limits.SpendPerDay > 0 && _spent + _reserved + need.Cost > limits.SpendPerDay)
            {
                seconds = 1;
                return need.Cost > limits.SpendPerDay ? LimitKind.SpendTooLarge
                    : _spent + need.Cost > limits.SpendPerDay ? LimitKind.Spend
                    : LimitKind.SpendHeld;
            }

            if (limits.SpendPerMonth > 0 && _beforeToday + _spent + _reserved + need.Cost > limits.SpendPerMonth)
            {
                seconds = 1;
                return need.Cost > limits.SpendPerMonth ? LimitKind.SpendTooLarge
                    : _beforeToday + _spent + need.Cost > limits.SpendPerMonth ? LimitKind.SpendOfMonth
                    : LimitKind.SpendHeld;
            }

            _open++;
            _requests.Take(limits.RequestsPerMinute > 0 ? 1 : 0);
            _input.Take(limits.InputTokensPerMinute > 0 ? need.InputTokens : 0);
            _output.Take(limits.OutputTokensPerMinute > 0 ? need.OutputTokens : 0);
            _reserved += need.Cost;
            return LimitKind.None;
        }
    }

    /// <summary>Settles what was taken against what was <paramref name="used"/>.</summary>
    public void Settle(Limits limits, in Need taken, in Need used, bool undo = false)
    {
        lock (_gate)
        {
            _open--;
            _requests.Take(limits.RequestsPerMinute > 0 && undo ? -1 : 0);
            _input.Take(limits.InputTokensPerMinute > 0 ? used.InputTokens - taken.InputTokens : 0);
            _output.Take(limits.OutputTokensPerMinute > 0 ? used.OutputTokens - taken.OutputTokens : 0);
            _reserved -= taken.Cost;
            _spent += used.Cost;
        }
    }

    /// <summary>What is left of each limit, for the headers.</summary>
    public (double Requests, double Input, double Output) Left(Limits limits, long now, long frequency)
    {
        lock (_gate)
        {
            return (
                _requests.Left(limits.RequestsPerMinute, now, frequency),
                _input.Left(limits.InputTokensPerMinute, now, frequency),
                _output.Left(limits.OutputTokensPerMinute, now, frequency)
            );
        }
    }

    private static bool Short(ref Bucket bucket, long perMinute, long amount, long now, long frequency, out double seconds)
    {
        seconds = 0;
        if (perMinute <= 0)
        {
            return false;
        }

        var left = bucket.Left(perMinute, now, frequency);
        if (left >= amount)
        {
            return false;
        }

        seconds = amount > perMinute ? -1 : (amount - left) * 60 / perMinute;
        return true;
    }
}
