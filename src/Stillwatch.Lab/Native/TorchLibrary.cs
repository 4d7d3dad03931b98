using System.Runtime.CompilerServices;

namespace Stillwatch.Lab.Native;

/// <summary>Makes TorchSharp's library load where libstdc++ is older than the one that it was linked against.</summary>
internal static class TorchLibrary
{
    /// <summary>Before anything of this program runs.</summary>
#pragma warning disable CA2255 // this assembly is a program, and its tests load it as one
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Prepare()
    {
        foreach (var folder in (string[])["", "runtimes/linux-x64/native"])
        {
            var path = Path.Combine(AppContext.BaseDirectory, folder, "libLibTorchSharp.so");
            if (File.Exists(path))
            {
                SymbolVersions.Weaken(path, "GLIBCXX_3.4.32");
            }
        }
    }
}
