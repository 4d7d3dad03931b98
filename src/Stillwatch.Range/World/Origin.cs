namespace Stillwatch.Range.World;

/// <summary>Where a request comes from.</summary>
/// <param name="Ip">The address.</param>
/// <param name="Asn">The autonomous system.</param>
/// <param name="Country">The country that the address is taken for.</param>
internal readonly record struct Origin(string Ip, uint Asn, string Country);
