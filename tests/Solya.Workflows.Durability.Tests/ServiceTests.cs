namespace Solya.Workflows.Durability.Tests;

/// <summary>Tests that start the whole service. They run one after the other: they measure times, and each loads the machine alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ServiceTests
{
    public const string Name = "service";
}
