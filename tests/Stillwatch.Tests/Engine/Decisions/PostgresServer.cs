using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Stillwatch.Tests.Engine.Decisions;

/// <summary>
/// A PostgreSQL server of a test's own, from the system's package, on a free port and in a temporary folder; gone with its test.
/// </summary>
internal sealed class PostgresServer : IDisposable
{
    private readonly string _folder,
        _programs;
    private readonly int _port;

    private PostgresServer(string programs)
    {
        _programs = programs;
        _folder = Directory.CreateTempSubdirectory("stillwatch-pg-").FullName;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            _port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        if (Environment.UserName == "root")
        {
            Run("chown", ["postgres", _folder]); // the server refuses to run as root
        }

        RunAsServer("initdb", ["-D", Data, "-U", "tests", "--auth=trust", "-N"]);
        Start();
    }

    /// <summary>How to reach it.</summary>
    public string Connection => $"Host=127.0.0.1;Port={_port};Username=tests;Database=postgres";

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Starts one; null where the system has none.</summary>
    public static PostgresServer? TryStart()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').ToList();
        if (Directory.Exists("/usr/lib/postgresql"))
        {
            folders.AddRange(Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")));
        }

        var programs = folders.Find(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")));
        return programs == null ? null : new PostgresServer(programs);
    }

    /// <summary>Stops it, as in an outage.</summary>
    public void Stop() => RunAsServer("pg_ctl", ["-D", Data, "-m", "immediate", "-w", "stop"]);

    /// <summary>Starts it again.</summary>
    public void Start() =>
        RunAsServer(
            "pg_ctl",
            ["-D", Data, "-w", "-o", $"-p {_port} -c listen_addresses=127.0.0.1 -k {_folder} -F", "-l", "/dev/null", "start"]
        );

    public void Dispose()
    {
        try
        {
            Stop();
        }
        catch (InvalidOperationException)
        {
            // it is stopped
        }

        Directory.Delete(_folder, recursive: true);
    }

    private void RunAsServer(string program, string[] arguments)
    {
        var path = Path.Combine(_programs, program);
        if (Environment.UserName == "root")
        {
            Run("runuser", ["-u", "postgres", "--", path, .. arguments]);
        }
        else
        {
            Run(path, arguments);
        }
    }

    private static void Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = "/" })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: exit {process.ExitCode}");
        }
    }
}
