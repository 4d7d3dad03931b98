using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stillwatch.Gateway;

/// <summary>
/// The certificate with which TLS ends here. It can be read again while connections go on: those that begin later get the new one.
/// </summary>
public sealed class TlsCertificate
{
    private readonly string _certificate;
    private readonly string? _key;
    private volatile SslStreamCertificateContext _context;

    /// <summary>Reads a PEM file with the certificate and, behind it, the chain that clients need.</summary>
    /// <param name="certificate">The file.</param>
    /// <param name="key">A PEM file with the private key; null where it stands in the same file.</param>
    /// <exception cref="CryptographicException">It holds no certificate, no key, or the key of another certificate.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public TlsCertificate(string certificate, string? key)
    {
        (_certificate, _key) = (certificate, key);
        _context = Load();
    }

    /// <summary>Its files: the certificate's, and the key's where that is another.</summary>
    public (string Certificate, string? Key) Files => (_certificate, _key);

    /// <summary>What a connection that begins now is answered with.</summary>
    public SslStreamCertificateContext Context => _context;

    /// <summary>Reads the files again; where they cannot be used, what was read before stays.</summary>
    /// <exception cref="CryptographicException">They hold no certificate with its key.</exception>
    /// <exception cref="IOException">They cannot be read.</exception>
    public void Reload() => _context = Load();

    private SslStreamCertificateContext Load()
    {
        var own = X509Certificate2.CreateFromPemFile(_certificate, _key);
        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(_certificate);
        return SslStreamCertificateContext.Create(own, [.. chain.Where(one => one.Thumbprint != own.Thumbprint)], offline: true);
    }
}
