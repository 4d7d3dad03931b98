using Stillwatch.Sketches;

namespace Stillwatch.Range.World;

/// <summary>
/// A program that speaks the API: how it names itself, and which parameters it sends in which order when nobody tells it otherwise.
/// </summary>
/// <param name="Name">What it is.</param>
/// <param name="Agent">The user agent, without its version.</param>
/// <param name="Versions">Versions in use, the newest first.</param>
/// <param name="Endpoint">The path that it asks.</param>
/// <param name="Fields">The order of the body's fields.</param>
internal sealed record ClientProgram(string Name, string Agent, string[] Versions, string Endpoint, string Fields)
{
    private const string Chat = "/v1/chat/completions",
        Messages = "/v1/messages";

    /// <summary>All programs. Half of the world uses the first three as they are.</summary>
    public static IReadOnlyList<ClientProgram> All { get; } =
    [
        new(
            "openai-python",
            "OpenAI/Python ",
            ["1.109.1", "1.99.9", "1.86.0", "1.58.1", "1.51.2"],
            Chat,
            "messages model temperature max_tokens stream tools user"
        ),
        new(
            "openai-node",
            "OpenAI/JS ",
            ["6.9.1", "5.20.0", "4.104.0", "4.77.0"],
            Chat,
            "model messages temperature max_tokens stream tools user"
        ),
        new(
            "anthropic-python",
            "Anthropic/Python ",
            ["0.69.0", "0.57.1", "0.42.0"],
            Messages,
            "max_tokens messages model system temperature stream tools user"
        ),
        new(
            "chat-ui",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/",
            ["142.0.0.0", "141.0.0.0", "139.0.0.0"],
            Chat,
            "stream model messages temperature"
        ),
        new(
            "chat-app",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/",
            ["18.5", "18.4", "17.6"],
            Chat,
            "stream model messages"
        ),
        new(
            "langchain",
            "langchain-openai/",
            ["0.3.33", "0.3.12", "0.2.14"],
            Chat,
            "messages model stream temperature tools max_tokens user"
        ),
        new("litellm", "litellm/", ["1.78.0", "1.70.4", "1.61.15"], Chat, "model messages max_tokens temperature stream tools user"),
        new("llamaindex", "llama-index-llms-openai/", ["0.5.4", "0.3.38"], Chat, "messages model stream temperature max_tokens"),
        new(
            "vercel-ai",
            "ai-sdk/openai-compatible/",
            ["1.0.19", "0.2.14"],
            Chat,
            "model max_tokens temperature messages tools stream user"
        ),
        new("curl", "curl/", ["8.14.1", "7.88.1"], Chat, "model messages temperature"),
        new("python-requests", "python-requests/", ["2.32.5", "2.31.0"], Chat, "model messages temperature max_tokens user"),
        new("go-openai", "Go-http-client/", ["2.0", "1.1"], Chat, "model messages max_tokens temperature stream tools user"),
        new("java-okhttp", "okhttp/", ["4.12.0", "5.1.0"], Chat, "messages model stream max_tokens temperature user"),
        new("lm-eval", "lm-evaluation-harness/", ["0.4.9", "0.4.5"], Chat, "messages model max_tokens temperature"),
        new("aiohttp", "Python/3.11 aiohttp/", ["3.12.15", "3.9.5"], Chat, "model messages temperature max_tokens stream"),
        new(
            "anthropic-ts",
            "Anthropic/JS ",
            ["0.65.0", "0.52.0"],
            Messages,
            "model max_tokens messages stream system temperature tools user"
        ),
    ];

    /// <summary>Its number, by name.</summary>
    public static byte Number(string name)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (All[i].Name == name)
            {
                return (byte)i;
            }
        }

        throw new ArgumentException($"there is no client program {name}", nameof(name));
    }

    /// <summary>The version that an account has: most have a recent one.</summary>
    public string Version(ulong own) => Versions[Math.Min(Versions.Length - 1, (int)(KeyedHash.Mix(own ^ 0x5eed) % 100 / 40))];

    /// <summary>The JA4 fingerprint of its TLS handshake: one a program and version, whoever runs it.</summary>
    public string Ja4(string version)
    {
        var hash = KeyedHash.Fold(
            KeyedHash.ForScan.Of(System.Text.Encoding.UTF8.GetBytes(Name)),
            KeyedHash.ForScan.Of(System.Text.Encoding.UTF8.GetBytes(version))
        );
        return $"t13d{10 + hash % 20:00}{8 + hash / 20 % 10:00}h{1 + hash / 200 % 2}_"
            + $"{hash >> 16 & 0xFFFF_FFFF_FFFF:x12}_{KeyedHash.Mix(hash) & 0xFFFF_FFFF_FFFF:x12}";
    }
}
