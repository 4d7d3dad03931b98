using System.Text;
using Stillwatch.Engine.Storage;
using Stillwatch.Engine.Watching;
using Stillwatch.Exchanges;
using Stillwatch.Sketches;

namespace Stillwatch.App.Deployment;

/// <summary>What a deployment's store knows of its accounts, as the watch takes it.</summary>
internal static class StoredFacts
{
    /// <summary>The facts of <paramref name="row"/>, with fingerprints under <paramref name="key"/>.</summary>
    public static AccountFacts Of(AccountRow row, KeyedHash key) =>
        new(
            row.Created is { } created && Rfc3339.TryParse(Encoding.UTF8.GetBytes(created), out var at) ? at : null,
            JournalWatch.Fingerprint(key, row.Payment),
            JournalWatch.Fingerprint(key, row.EmailDomain),
            JournalWatch.Fingerprint(key, row.Organisation),
            JournalWatch.Fingerprint(key, row.Country),
            row.Verified
        );
}
