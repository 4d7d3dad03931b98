using Stillwatch.Campaigns.Subjects;
using Stillwatch.Exchanges;
using Stillwatch.Features;
using Stillwatch.Sketches;

namespace Stillwatch.Campaigns.Similarity;

/// <summary>
/// What everybody does, as the graded links see it: by link the shares of its cells among all exchanges so far. Two who are alike in doing
/// what everybody does are not tied by that.
/// </summary>
/// <remarks>The shares are worked out anew at the end of a tick when a hundredth more was seen or a cell's count came to a power of two, so
/// that what they are depends on what was seen and not on who asked. Not thread-safe.</remarks>
internal sealed class Background
{
    private const int Often = 100;

    private readonly ulong[][] _cells = [.. WatchScale.GradedLinks.Select(link => new ulong[WatchScale.Links[link].BackgroundCells])];
    private readonly double[][] _logarithms =
    [
        .. WatchScale.GradedLinks.Select(link => new double[WatchScale.Links[link].BackgroundCells]),
    ];
    private long _seen,
        _refreshed;
    private bool _news;

    /// <summary>Begins with nothing seen.</summary>
    public Background()
    {
        Refresh();
    }

    /// <summary>Adds one account.</summary>
    public void Begin(in AccountFacts facts)
    {
        for (var i = 0; i < _cells.Length; i++)
        {
            _news |= WatchScale.Links[WatchScale.GradedLinks[i]].BeginBackground(_cells[i], facts);
        }
    }

    /// <summary>Adds one exchange.</summary>
    public void Observe(in ExchangeFeatures features)
    {
        _seen++;
        for (var i = 0; i < _cells.Length; i++)
        {
            _news |= WatchScale.Links[WatchScale.GradedLinks[i]].ObserveBackground(_cells[i], features);
        }
    }

    /// <summary>By cell of link number <paramref name="link"/>, the natural logarithm of its share as of the last refreshment.</summary>
    public ReadOnlySpan<double> Of(int link) => _logarithms[Array.IndexOf(WatchScale.GradedLinks, link)];

    /// <summary>Works the shares out anew where they may have changed.</summary>
    public void RefreshIfDue()
    {
        if (_news || _seen - _refreshed > _refreshed / Often)
        {
            Refresh();
        }
    }

    /// <summary>Writes it to <paramref name="writer"/>.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(_seen);
        writer.Write(_refreshed);
        writer.Write(_news);
        for (var i = 0; i < _cells.Length; i++)
        {
            writer.PutAll<ulong>(_cells[i]);
            writer.PutAll<double>(_logarithms[i]);
        }
    }

    /// <summary>Takes what <see cref="Save"/> wrote.</summary>
    public void Load(BinaryReader reader)
    {
        (_seen, _refreshed, _news) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadBoolean());
        for (var i = 0; i < _cells.Length; i++)
        {
            reader.GetAll<ulong>().CopyTo(_cells[i], 0);
            reader.GetAll<double>().CopyTo(_logarithms[i], 0);
        }
    }

    private void Refresh()
    {
        (_refreshed, _news) = (_seen, false);
        for (var i = 0; i < _cells.Length; i++)
        {
            WatchScale.Links[WatchScale.GradedLinks[i]].ReadBackground(_cells[i], _logarithms[i]);
        }
    }
}
