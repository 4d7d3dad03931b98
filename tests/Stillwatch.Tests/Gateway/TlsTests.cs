using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stillwatch.App.Configuration;
using Stillwatch.Tests.Logs;
using Xunit;

namespace Stillwatch.Tests.Gateway;

/// <summary>TLS that ends at the gateway: a real handshake by a client that trusts the root only.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Request_WhenTlsEndsHere_ThenTheChainIsSentAndTheFingerprintIsOnRecord()
    {
        var root = Authority("root", null);
        var between = Authority("between", root);
        Issue(between, [between]);
        await using var live = await LiveDeployment.StartAsync(Flags());
        var newer = await Ask(live, root, HttpVersion.Version20);
        var older = await Ask(live, root, HttpVersion.Version11);
        Assert.Equal((HttpVersion.Version20, HttpVersion.Version11), (newer.Version, older.Version));
        var prints = live.Record().Select(line => (string?)line["client"]!["tls"]).ToList();
        Assert.Matches("^t1[23][di][0-9]{4}h2_[0-9a-f]{12}_[0-9a-f]{12}$", prints[0]);
        Assert.Matches("^t1[23][di][0-9]{4}(h1|00)_[0-9a-f]{12}_[0-9a-f]{12}$", prints[1]);
        Assert.Equal(prints[0]!.Split('_')[1], prints[1]!.Split('_')[1]); // one program: the same ciphers
        using var console = live.Console();
        Assert.DoesNotContain(
            "shared-client",
            await console.GetStringAsync("/status", TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Reload_WhenTheCertificateWasRenewed_ThenConnectionsThatBeginThenGetItAndOthersGoOn()
    {
        var root = Authority("root", null);
        Issue(root, []);
        await using var live = await LiveDeployment.StartAsync(Flags());
        using var before = Client(live, root, HttpVersion.Version11, out var first);
        await Ask(before, live);
        Issue(root, []);
        await live.Running.ReloadAsync(live.Running.Settings);
        await Ask(before, live);
        using var after = Client(live, root, HttpVersion.Version11, out var second);
        await Ask(after, live);
        Assert.Single(first);
        Assert.NotEqual(first[0], Assert.Single(second));
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "leaf.pem"), "rubbish", TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<CryptographicException>(() => live.Running.ReloadAsync(live.Running.Settings));
        using var later = Client(live, root, HttpVersion.Version11, out var third);
        await Ask(later, live);
        Assert.Equal(second, third);
    }

    [Fact]
    public async Task Request_WhenAProxyBeforeUsEndsTls_ThenItsHeaderIsBelievedFromATrustedOneOnly()
    {
        foreach (var trusted in new[] { true, false })
        {
            var config = _folder.Write("c.yaml", trusted ? "gateway: { trusted_proxies: [127.0.0.1] }" : "");
            await using var live = await LiveDeployment.StartAsync(config: config);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
            {
                Content = new StringContent("""{"model":"m","messages":[]}""", Encoding.UTF8, "application/json"),
            };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", live.Key);
            request.Headers.Add("X-JA4", "t13d1516h2_8daaf6152771_e5627efa2ab1");
            using var response = await live.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(trusted ? "t13d1516h2_8daaf6152771_e5627efa2ab1" : null, (string?)Assert.Single(live.Record())["client"]!["tls"]);
        }
    }

    [Fact]
    public void Settings_WhenTheKeyIsAnothersOrMissing_ThenTheFieldIsNamed()
    {
        var root = Authority("root", null);
        Issue(root, []);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var wrong = _folder.Write("other.key", other.ExportPkcs8PrivateKeyPem());
        var certificate = Path.Combine(_folder.Path, "leaf.pem");
        Assert.Contains(
            "gateway.tls.certificate",
            Refused([("gateway.tls.certificate", certificate), ("gateway.tls.key", wrong)]),
            StringComparison.Ordinal
        );
        Assert.Contains("gateway.tls.certificate", Refused([("gateway.tls.certificate", certificate)]), StringComparison.Ordinal);
        Assert.Contains("gateway.tls", Refused([("gateway.tls.key", wrong)]), StringComparison.Ordinal);
    }

    private static string Refused(IEnumerable<(string, string)> flags) =>
        Assert.Throws<UnusableInputException>(() => Settings.Read(null, "nowhere", flags)).Message;

    private static X509Certificate2 Authority(string name, X509Certificate2? by)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var (from, to) = (DateTimeOffset.UnixEpoch.AddYears(40), DateTimeOffset.UnixEpoch.AddYears(90));
        return by == null
            ? request.CreateSelfSigned(from, to)
            : request.Create(by, from, to, RandomNumberGenerator.GetBytes(8)).CopyWithPrivateKey(key);
    }

    /// <summary>Writes a certificate for loopback with <paramref name="chain"/> behind it, and its key.</summary>
    private void Issue(X509Certificate2 by, X509Certificate2[] chain)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=gateway", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var leaf = request.Create(
            by,
            DateTimeOffset.UnixEpoch.AddYears(41),
            DateTimeOffset.UnixEpoch.AddYears(80),
            RandomNumberGenerator.GetBytes(8)
        );
        _folder.Write("leaf.pem", string.Join('\n', new[] { leaf }.Concat(chain).Select(one => one.ExportCertificatePem())) + "\n");
        _folder.Write("leaf.key", key.ExportPkcs8PrivateKeyPem());
    }

    private (string, string)[] Flags() =>
        [("gateway.tls.certificate", Path.Combine(_folder.Path, "leaf.pem")), ("gateway.tls.key", Path.Combine(_folder.Path, "leaf.key"))];

    private static HttpClient Client(LiveDeployment live, X509Certificate2 root, Version version, out List<string> seen)
    {
        var thumbprints = seen = [];
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(root);
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            thumbprints.Add(certificate!.GetCertHashString());
            return errors == System.Net.Security.SslPolicyErrors.None;
        };
        handler.SslOptions.CertificateChainPolicy = policy;
        return new HttpClient(handler)
        {
            BaseAddress = new Uri(live.Running.GatewayAddress),
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    private static async Task<HttpResponseMessage> Ask(LiveDeployment live, X509Certificate2 root, Version version)
    {
        using var client = Client(live, root, version, out _);
        return await Ask(client, live);
    }

    private static async Task<HttpResponseMessage> Ask(HttpClient client, LiveDeployment live)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
            Content = new StringContent("""{"model":"m","messages":[]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", live.Key);
        var response = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await response.Content.ReadAsByteArrayAsync();
        return response;
    }
}
