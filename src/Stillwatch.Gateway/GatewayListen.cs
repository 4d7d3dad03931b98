using System.Net;

namespace Stillwatch.Gateway;

/// <summary>Where the gateway listens.</summary>
/// <param name="Address">The address; loopback unless configured otherwise.</param>
/// <param name="Port">The port; 0 takes a free one.</param>
/// <param name="Certificate">The certificate where TLS ends here; null for plain HTTP.</param>
/// <param name="Inline">Whether requests run on the threads that read sockets: faster, as long as nothing on them blocks.</param>
public sealed record GatewayListen(IPAddress Address, int Port, TlsCertificate? Certificate = null, bool Inline = true);
