using System.Net;

namespace Stillwatch.App.Trials.Demos;

/// <summary>What the demo's customers got. Safe for use from many threads.</summary>
internal sealed class DemoTally
{
    private const int MostTold = 200; // characters of an answer that was not wanted

    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, long> _refused = [];
    private string? _first;

    /// <summary>Requests that were answered.</summary>
    public long Answered { get; private set; }

    /// <summary>Takes an answer.</summary>
    public void Take(HttpStatusCode status, string body)
    {
        lock (_gate)
        {
            if ((int)status is >= 200 and < 300)
            {
                Answered++;
                return;
            }

            _refused[(int)status] = _refused.GetValueOrDefault((int)status) + 1;
            _first ??= body.Length <= MostTold ? body : body[..MostTold] + "…";
        }
    }

    /// <summary>Takes a request that broke.</summary>
    public void Broke(string why) => Take(0, why);

    /// <summary>How those ended that were not answered, in words; null where all were.</summary>
    public string? Told
    {
        get
        {
            lock (_gate)
            {
                var ended = _refused.Select(one => one.Key == 0 ? $"{one.Value:N0} broke" : $"{one.Value:N0} got {one.Key}");
                return _refused.Count == 0 ? null : $"{string.Join(", ", ended)}; the first: {Shown.Text(_first ?? "")}";
            }
        }
    }
}
