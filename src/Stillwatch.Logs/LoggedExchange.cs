using Stillwatch.Features;

namespace Stillwatch.Logs;

/// <summary>
/// An exchange on its way to the watch: features, and where it stands in the log. Fixed size, free of text; this is what is spilled.
/// </summary>
internal struct LoggedExchange
{
    /// <summary>128-bit fingerprint of the id.</summary>
    public UInt128 Id;

    /// <summary>The id's own order among exchanges of one time.</summary>
    public IdOrder Order;

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

    /// <summary>Order of the watch: by time, then by id (ordinal). Within a tick the watch does not depend on it.</summary>
    public static int ByTime(in LoggedExchange a, in LoggedExchange b)
    {
        var byTime = a.Features.At.Micros.CompareTo(b.Features.At.Micros);
        if (byTime != 0)
        {
            return byTime;
        }

        var order = IdOrder.Compare(a.Order, b.Order);
        order = order != 0 ? order : a.Id.CompareTo(b.Id);
        order = order != 0 ? order : a.Bytes.CompareTo(b.Bytes);
        order = order != 0 ? order : a.File.CompareTo(b.File);
        order = order != 0 ? order : a.Line.CompareTo(b.Line);
        return order != 0 ? order : a.Part.CompareTo(b.Part); // lines with one id: in the order of IdEntry.ByTime
    }
}
