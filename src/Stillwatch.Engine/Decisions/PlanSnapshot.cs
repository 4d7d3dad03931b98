using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Stillwatch.Capabilities;
using Stillwatch.Cases;
using Stillwatch.Countermeasures;
using Stillwatch.Decisions;
using Stillwatch.Engine.Vault;

namespace Stillwatch.Engine.Decisions;

/// <summary>
/// What is in force, kept in a file beside the record and sealed with a key of the deployment: a gateway that starts while the record does
/// not answer carries it out, and nobody else can write it one.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="master">The key is derived from it.</param>
internal sealed class PlanSnapshot(string path, MasterKey master)
{
    private readonly byte[] _key = master.Derive("enforcement-snapshot");

    /// <summary>What was in force, and when.</summary>
    public sealed record Kept(Standing Standing, DateTimeOffset At);

    /// <summary>Keeps what is in force. A disk that takes nothing is no reason not to decide: the record has it.</summary>
    public void Save(Standing standing, DateTimeOffset now)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new Saved(
                standing.Number,
                standing.Policy,
                [
                    .. standing
                        .Measures.Values.Where(one => one.State == MeasureState.Decided)
                        .Select(one => new SavedMeasure(one.Measure, [.. one.Accounts], [.. one.Spared])),
                ],
                [.. standing.Gates],
                [
                    .. standing
                        .Releases.Values.Where(one => one.State == ReleaseState.Staged)
                        .Select(one => new SavedRelease(one.Release, one.Stage)),
                ]
            ),
            DecisionJson.Options
        );
        try
        {
            var fresh = path + ".new";
            File.WriteAllBytes(fresh, [.. HMACSHA256.HashData(_key, body), .. body]);
            File.Move(fresh, path, overwrite: true);
            File.SetLastWriteTimeUtc(path, now.UtcDateTime);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // the next decision tries again
        }
    }

    /// <summary>Notes that what is kept is still what the record says.</summary>
    public void Touch(DateTimeOffset now)
    {
        try
        {
            if (File.Exists(path))
            {
                File.SetLastWriteTimeUtc(path, now.UtcDateTime);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // it is as old as it says then
        }
    }

    /// <summary>What was kept last; null where there is nothing, or it is not whole.</summary>
    public Kept? Load()
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (
                bytes.Length < HMACSHA256.HashSizeInBytes
                || !CryptographicOperations.FixedTimeEquals(
                    HMACSHA256.HashData(_key, bytes.AsSpan(HMACSHA256.HashSizeInBytes)),
                    bytes.AsSpan(0, HMACSHA256.HashSizeInBytes)
                )
            )
            {
                return null;
            }

            var saved = DecisionJson.Read<Saved>(bytes.AsSpan(HMACSHA256.HashSizeInBytes));
            return new(
                Standing.Empty with
                {
                    Policy = saved.Policy,
                    Measures = saved.Measures.ToImmutableDictionary(
                        one => one.Measure.Id,
                        one => new StandingMeasure(one.Measure, "", default)
                        {
                            State = MeasureState.Decided,
                            Accounts = one.Accounts.ToImmutableHashSet(StringComparer.Ordinal),
                            Spared = [.. one.Spared],
                        }
                    ),
                    Gates = [.. saved.Gates],
                    Releases = saved.Releases.ToImmutableDictionary(
                        one => one.Release.Id,
                        one => new StandingRelease(one.Release, "", default) { State = ReleaseState.Staged, Stage = one.Stage }
                    ),
                },
                new DateTimeOffset(File.GetLastWriteTimeUtc(path)) // when the record was last known to have nothing newer
            );
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    private sealed record Saved(
        long Number,
        Policy Policy,
        IReadOnlyList<SavedMeasure> Measures,
        IReadOnlyList<Gate> Gates,
        IReadOnlyList<SavedRelease> Releases
    );

    private sealed record SavedMeasure(Measure Measure, IReadOnlyList<string> Accounts, IReadOnlyList<Subject> Spared);

    private sealed record SavedRelease(Release Release, int Stage);
}
