using System.Security.Cryptography;
using Stillwatch.Engine.Vault;
using Stillwatch.Sketches;

namespace Stillwatch.App.Configuration;

/// <summary>The folder in which a deployment lives: its secrets, its accounts, its journal.</summary>
internal sealed class DataFolder
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const string AccountsName = "accounts.db",
        CorporaName = "corpora",
        LockName = "lock";

    /// <summary>What the folder of house models in it is called.</summary>
    public const string HouseFolder = "house";

    /// <summary>The folder where none is named.</summary>
    public const string DefaultPath = "stillwatch-data";

    private DataFolder(string path, bool make)
    {
        Path = path;
        try
        {
            if (make)
            {
                Directory.CreateDirectory(Path, Private);
                if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(Path) & ~Private) != 0)
                {
                    File.SetUnixFileMode(Path, Private); // it was there before, open to others: what lies in it is not
                }
            }

            Master = MasterKey.Load(Environment.GetEnvironmentVariable(MasterKey.Variable), At("master.key"), make, out var made);
            MadeMasterKey = made;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UnusableInputException($"the data folder {Path} cannot be used: {fault.Message}");
        }
    }

    /// <summary>Opens or makes the folder at <paramref name="path"/>, and a master key in it.</summary>
    /// <exception cref="UnusableInputException">It cannot be used.</exception>
    public static DataFolder Make(string? path) => new(System.IO.Path.GetFullPath(path ?? DefaultPath), make: true);

    /// <summary>Opens the folder at <paramref name="path"/>, which has to be there: for who reads what is in it, or changes it.</summary>
    /// <exception cref="UnusableInputException">There is none, or it cannot be used.</exception>
    public static DataFolder Existing(string? path)
    {
        var full = System.IO.Path.GetFullPath(path ?? DefaultPath);
        return IsOne(full)
            ? new DataFolder(full, make: false)
            : throw new UnusableInputException(
                $"{full} is no data folder of Stillwatch{(Directory.Exists(full) ? "" : ": it is not there")}; ./stillwatch up and "
                    + $"keys create make one, --data names another"
            );
    }

    /// <summary>Whether <paramref name="path"/> is a data folder: it has a record, or accounts.</summary>
    public static bool IsOne(string path) =>
        Directory.Exists(System.IO.Path.Combine(path, "journal")) || File.Exists(System.IO.Path.Combine(path, AccountsName));

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>The secret under which all others stand.</summary>
    public MasterKey Master { get; }

    /// <summary>Whether the master key was made now.</summary>
    public bool MadeMasterKey { get; }

    /// <summary>The key of fingerprints.</summary>
    public KeyedHash Fingerprints => new(BitConverter.ToUInt64(Master.Derive("fingerprints", 8)));

    /// <summary>The database of accounts and keys.</summary>
    public string Accounts => At(AccountsName);

    /// <summary>The record of decisions.</summary>
    public string Decisions => At("decisions.db");

    /// <summary>What is in force, kept beside the record for a start while that does not answer.</summary>
    public string DecisionsSnapshot => At("decisions.snapshot");

    /// <summary>Which notices to customers were taken.</summary>
    public string WebhooksTaken => At("webhooks.taken");

    /// <summary>The database of data keys.</summary>
    public string Vault => At("vault.db");

    /// <summary>The database of who was handed which response.</summary>
    public string Responses => At("responses.db");

    /// <summary>Where sealed exchanges lie.</summary>
    public string Lake => At("lake");

    /// <summary>Where house models lie.</summary>
    public string House => At(HouseFolder);

    /// <summary>Where known benchmarks and sets of instructions lie.</summary>
    public string Corpora => At(CorporaName);

    /// <summary>Where they lie in the folder at <paramref name="path"/>, whether it is there or not.</summary>
    public static string CorporaOf(string? path) => System.IO.Path.Combine(path ?? DefaultPath, CorporaName);

    /// <summary>The watch's snapshot.</summary>
    public string Snapshot => At("watch.snapshot");

    /// <summary>How far the files of a followed folder were read.</summary>
    public string Followed => At("followed.json");

    /// <summary>The file that says where the running console is.</summary>
    public string Address => At("console.address");

    /// <summary>Whether a deployment runs on it now.</summary>
    public bool IsTaken
    {
        get
        {
            try
            {
                if (File.Exists(At(LockName)))
                {
                    using var probe = new FileStream(At(LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                }

                return false;
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    /// <summary>Takes the folder for one running deployment; gone with the process, however it ends.</summary>
    /// <exception cref="UnusableInputException">Another one runs on it.</exception>
    public IDisposable Lock()
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return new FileStream(At(LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (tries < 5)
            {
                Thread.Sleep(50); // a verb may only be looking whether one runs
            }
            catch (IOException)
            {
                throw new UnusableInputException($"another Stillwatch runs on {Path}; stop it, or name another folder with --data");
            }
        }
    }

    /// <summary>The administration's token; made where it is missing.</summary>
    public string Token()
    {
        var path = At("console.token");
        if (!File.Exists(path))
        {
            using var file = new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }
            );
            file.Write(System.Text.Encoding.ASCII.GetBytes("swa_" + RandomNumberGenerator.GetHexString(48, lowercase: true) + "\n"));
        }

        return File.ReadAllText(path).Trim();
    }

    private string At(string name) => System.IO.Path.Combine(Path, name);
}
