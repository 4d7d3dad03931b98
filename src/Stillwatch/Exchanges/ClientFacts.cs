namespace Stillwatch.Exchanges;

/// <summary>What is known of the program and the place that a request came from.</summary>
/// <param name="Ip">The address, as text.</param>
/// <param name="Asn">The autonomous system's number; 0 where unknown.</param>
/// <param name="Country">ISO 3166-1 alpha-2; null where unknown.</param>
/// <param name="UserAgent">The program's name for itself.</param>
/// <param name="Tls">The JA4 fingerprint; null where TLS ends elsewhere.</param>
public readonly record struct ClientFacts(string? Ip, uint Asn, string? Country, string? UserAgent, string? Tls);
