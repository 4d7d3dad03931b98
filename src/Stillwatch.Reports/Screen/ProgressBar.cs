namespace Stillwatch.Reports.Screen;

/// <summary>
/// Progress on standard error: one line that is written over on a terminal, a line each quarter elsewhere, nothing when quiet.
/// </summary>
internal sealed class ProgressBar(string what, bool quiet, TimeProvider time) : IProgress<double>, IDisposable
{
    private const int Width = 32;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly bool _terminal = !Terminal.IsErrorRedirected;
    private readonly Lock _gate = new();
    private long _last;
    private int _quarter;

    /// <inheritdoc/>
    public void Report(double value)
    {
        if (quiet)
        {
            return;
        }

        lock (_gate)
        {
            value = Math.Clamp(value, 0, 1);
            if (_terminal && (_last == 0 || time.GetElapsedTime(_last) >= Step))
            {
                _last = time.GetTimestamp();
                var done = (int)(value * Width);
                Terminal.Error.Write($"\r{what} [{new string('#', done)}{new string('.', Width - done)}] {value, 4:P0} ");
            }
            else if (!_terminal && (int)(value * 4) > _quarter)
            {
                _quarter = (int)(value * 4);
                Terminal.Error.WriteLine($"{what}: {value:P0}");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!quiet && _terminal && _last != 0)
        {
            Terminal.Error.Write("\r" + new string(' ', what.Length + Width + 10) + "\r");
        }
    }
}
