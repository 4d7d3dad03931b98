using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Stillwatch.Tests.App.Deployment;

/// <summary>The program as a process of its own, for what is measured or killed.</summary>
internal static class ProgramProcess
{
    /// <summary>Starts a verb.</summary>
    public static Process Start(params string[] arguments) => Start(errors: false, arguments);

    /// <summary>Starts a verb whose standard error is read.</summary>
    public static Process StartWithErrors(params string[] arguments) => Start(errors: true, arguments);

    private static Process Start(bool errors, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = errors,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Stillwatch.App.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (arguments.FirstOrDefault() == "up")
        {
            // as ./stillwatch starts it: else it goes by the processor's cache, which a large machine has hundreds of megabytes of
            start.Environment["DOTNET_GCgen0size"] = "2000000";
        }

        return Started(start);
    }

    /// <summary>A process that is gone with the test that started it, also where the test fails.</summary>
    public static Process Started(ProcessStartInfo start)
    {
        var process = new OfATest { StartInfo = start };
        process.Start();
        return process;
    }

    /// <summary>Waits until <c>up</c> says where its gateway or console is.</summary>
    public static async Task<string> AddressAsync(Process process, string what)
    {
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith(what, StringComparison.Ordinal))
            {
                return line.Split(' ').First(word => word.StartsWith("http", StringComparison.Ordinal));
            }
        }

        throw new InvalidOperationException($"it ended before it said where its {what} is");
    }

    /// <summary>Makes a key of <paramref name="account"/> in <paramref name="data"/>.</summary>
    public static async Task<string> KeyAsync(string account, string data)
    {
        using var key = Start("keys", "create", "--account", account, "--data", data);
        return (await key.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim();
    }

    /// <summary>Tells it to stop, and waits until it has.</summary>
    public static async Task StopAsync(Process process)
    {
        using var term = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Bytes of memory that it holds now.</summary>
    public static long ResidentBytes(Process process) =>
        long.Parse(
            File.ReadLines($"/proc/{process.Id}/status")
                .Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        ) * 1024;

    private sealed class OfATest : Process
    {
        private bool _over;

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_over)
            {
                _over = true;
                try
                {
                    Kill(entireProcessTree: true);
                }
                catch (InvalidOperationException)
                {
                    // It has ended.
                }
            }

            base.Dispose(disposing);
        }
    }
}
