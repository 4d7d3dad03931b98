using Xunit;

namespace Stillwatch.Tests.World;

/// <summary>Tests that measure the whole process, as its memory: none of the others runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
