using System.Runtime.CompilerServices;
using Stillwatch.App.Configuration;
using Stillwatch.Logs;

namespace Stillwatch.App.Deployment;

/// <summary>Lets a data folder stand wherever a log can: log reading itself knows nothing of deployments.</summary>
internal sealed class DeploymentFolders : IRecordFolder
{
    /// <inheritdoc/>
    public bool Is(string path) => DataFolder.IsOne(path);

    /// <inheritdoc/>
    public Stream Open(string path) => new DeploymentLog(path);

    /// <summary>Before anything of this program runs, so that no verb can forget it.</summary>
    [ModuleInitializer]
    internal static void Register() => LogFile.RecordFolders = new DeploymentFolders();
}
