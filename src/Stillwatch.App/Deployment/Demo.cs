namespace Stillwatch.App.Deployment;

/// <summary>Placeholder for the demo's traffic.</summary>
internal static class Demo
{
    public static Task RunAsync(Running running, Task stop)
    {
        _ = running;
        return stop;
    }
}
