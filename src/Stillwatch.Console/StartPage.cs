namespace Stillwatch.Console;

/// <summary>The first page that somebody sees.</summary>
internal static class StartPage
{
    /// <summary>The page: no script, nothing from elsewhere.</summary>
    public const string Html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Stillwatch</title>
        <style>
          body { font: 16px/1.6 system-ui, sans-serif; max-width: 44rem; margin: 4rem auto; padding: 0 1rem;
          color: #1d2733; background: #fbfcfd; }
          h1 { font-weight: 600; letter-spacing: -0.02em; }
          pre { background: #eef2f6; padding: 0.8rem 1rem; border-radius: 6px; overflow-x: auto; }
          .not-yet { color: #5a6b7d; }
        </style>
        </head>
        <body>
        <h1>Stillwatch</h1>
        <p>It finds the accounts that act as one and are copying a model.</p>
        <p>The gateway is running: clients change their base URL to it and nothing else. <code>./stillwatch watch</code> shows what is
        believed,
          <code>/status</code> and <code>/metrics</code> here (with the administration's token) how it is.</p>
        <p>It reads logs too. Point it at those that you have:</p>
        <pre>./stillwatch scan exchanges.jsonl.gz --accounts accounts.jsonl --out result.json --report report.html</pre>
        <p>It reads the exchange log, LiteLLM's logs and OpenTelemetry GenAI spans.</p>
        <p class="not-yet">Not here yet: cases and the rest of the console.</p>
        </body>
        </html>
        """;
}
