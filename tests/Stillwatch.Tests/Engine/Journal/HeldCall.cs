namespace Stillwatch.Tests.Engine.Journal;

/// <summary>A call of the system that does not come back until it is let go.</summary>
internal sealed class HeldCall : IDisposable
{
    private readonly ManualResetEventSlim _go = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Reached => _reached.Task;

    public void Wait()
    {
        _reached.TrySetResult();
        _go.Wait();
    }

    public void Dispose() => _go.Set();
}
