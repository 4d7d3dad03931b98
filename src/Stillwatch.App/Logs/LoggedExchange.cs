using Stillwatch.Features;

namespace Stillwatch.App.Logs;

/// <summary>An exchange on its way to the watch: features, and where it stands in the log. Fixed size, free of text; this is what is spilled.</summary>
internal struct LoggedExchange
{
    /// <summary>128-bit fingerprint of the id.</summary>
    public UInt128 Id;

    /// <summary>Fingerprint of the account's name.</summary>
    public UInt128 Account;

    /// <summary>The file's number.</summary>
    public int File;

    /// <summary>Which exchange of the line, where a line holds several.</summary>
    public int Part;

    /// <summary>The line's number, from 1.</summary>
    public long Line;

    /// <summary>Fingerprint of the line's bytes.</summary>
    public ulong Bytes;

    /// <summary>The features.</summary>
    public ExchangeFeatures Features;

    /// <summary>Order of the watch: by time, then by id. Within a tick the watch does not depend on it.</summary>
    public static int ByTime(in LoggedExchange a, in LoggedExchange b)
    {
        var byTime = a.Features.At.Micros.CompareTo(b.Features.At.Micros);
        return byTime != 0 ? byTime : a.Id.CompareTo(b.Id);
    }
}
