using System.Net.Http.Headers;
using System.Text.Json;
using Stillwatch.App.Configuration;
using Stillwatch.Reports;

namespace Stillwatch.App.Deployment;

/// <summary>The console of the deployment that runs on a data folder, for verbs that change what it knows.</summary>
internal static class RunningConsole
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10),
        Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Has a running deployment take what was changed in its folder: when this returns it is in force. Does nothing where none runs; where
    /// one runs and does not answer, it is said on standard error.
    /// </summary>
    /// <returns>The tiers that accounts name and its configuration does not; null where none runs, or it did not answer.</returns>
    public static async Task<IReadOnlyList<string>?> RefreshAsync(DataFolder folder, CancellationToken cancel)
    {
        if (!folder.IsTaken)
        {
            return null;
        }

        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", folder.Token());
        var began = SystemClock.Instance.GetTimestamp();
        string? fault = null;
        while (SystemClock.Instance.GetElapsedTime(began) < Patience)
        {
            try
            {
                var address = File.Exists(folder.Address)
                    ? (await File.ReadAllTextAsync(folder.Address, cancel)).Trim()
                    : throw new IOException("it has not said yet where its console is");
                using var answer = await client.PostAsync(new Uri(address + "/api/accounts/refresh"), null, cancel);
                if (answer.IsSuccessStatusCode)
                {
                    using var said = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancel));
                    return
                    [
                        .. said.RootElement.GetProperty("tiers_not_configured").EnumerateArray().Select(tier => tier.GetString() ?? ""),
                    ];
                }

                fault = $"it answers {(int)answer.StatusCode}";
            }
            catch (Exception broken)
                when (broken is HttpRequestException or IOException or UriFormatException or OperationCanceledException
                    && !cancel.IsCancellationRequested
                )
            {
                fault = broken.Message; // it may just be starting, or stopping
            }

            if (!folder.IsTaken)
            {
                return null; // it stopped: the next one reads what is there
            }

            await Task.Delay(Pause, SystemClock.Instance, cancel);
        }

        Terminal.Error.WriteLine(
            $"stillwatch: the change is stored, but the deployment that runs on {folder.Path} did not take it within "
                + $"{Patience.TotalSeconds:N0} seconds ({Shown.Text(fault ?? "")}); it looks for changes by itself as soon as it can"
        );
        return null;
    }
}
