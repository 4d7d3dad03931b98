namespace Stillwatch.Logs;

/// <summary>What is needed of an exchange to find lines with one id: 96 bytes, spilled and sorted apart from the features.</summary>
internal struct IdEntry
{
    /// <summary>128-bit fingerprint of the id.</summary>
    public UInt128 Id;

    /// <inheritdoc cref="LoggedExchange.Order"/>
    public IdOrder Order;

    /// <summary>The exchange's time, in microseconds.</summary>
    public long Micros;

    /// <summary>Fingerprint of the line's bytes.</summary>
    public ulong Bytes;

    /// <summary>Where it stands.</summary>
    public int File;

    /// <inheritdoc cref="LoggedExchange.Part"/>
    public int Part;

    /// <inheritdoc cref="LoggedExchange.Line"/>
    public long Line;

    /// <summary>
    /// Of several that describe one call, those come first that hold more of it: 0 where nothing was to choose, or where it has text; 1
    /// where it has none.
    /// </summary>
    public byte Rank;

    /// <summary>Whether it is that of <paramref name="exchange"/>.</summary>
    public readonly bool Is(in LoggedExchange exchange) => Line == exchange.Line && Part == exchange.Part && File == exchange.File;

    /// <summary>The order of <see cref="LoggedExchange.ByTime"/>.</summary>
    public static int ByTime(in IdEntry a, in IdEntry b)
    {
        var order = a.Micros.CompareTo(b.Micros);
        order = order != 0 ? order : IdOrder.Compare(a.Order, b.Order);
        order = order != 0 ? order : a.Id.CompareTo(b.Id);
        return order != 0 ? order : ByPlace(a, b);
    }

    /// <summary>By id, of one id by rank, then by time, of one time by place.</summary>
    public static int ById(in IdEntry a, in IdEntry b)
    {
        var order = a.Id.CompareTo(b.Id);
        order = order != 0 ? order : a.Rank.CompareTo(b.Rank);
        order = order != 0 ? order : a.Micros.CompareTo(b.Micros);
        return order != 0 ? order : ByPlace(a, b);
    }

    private static int ByPlace(in IdEntry a, in IdEntry b)
    {
        var order = a.Bytes.CompareTo(b.Bytes);
        order = order != 0 ? order : a.File.CompareTo(b.File);
        order = order != 0 ? order : a.Line.CompareTo(b.Line);
        return order != 0 ? order : a.Part.CompareTo(b.Part);
    }
}
