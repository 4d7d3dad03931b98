namespace Stillwatch.App.Configuration;

/// <summary>When the journal is sealed into Parquet, and how long what is sealed is kept.</summary>
/// <param name="SealAfter">A segment is sealed when its last exchange is so old.</param>
/// <param name="SealBytes">Or when so many bytes are not sealed.</param>
/// <param name="Days">Days after which sealed exchanges are removed; 0 for never.</param>
/// <param name="Bytes">Bytes of sealed files beyond which the oldest are removed; 0 for no bound.</param>
internal sealed record RetentionSettings(TimeSpan SealAfter, long SealBytes, int Days, long Bytes)
{
    /// <summary>Reads them.</summary>
    public static RetentionSettings Read(ConfigNode seal, ConfigNode retention) =>
        new(
            TimeSpan.FromSeconds(seal["after_seconds"].Number(3600, 1, 86400 * 30)),
            seal["bytes"].Whole(1L << 30, 1 << 20, 1L << 50),
            (int)retention["days"].Whole(30, 0, 36500),
            retention["bytes"].Whole(0, 0, 1L << 60)
        );
}
