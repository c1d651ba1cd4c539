namespace Solya.Workflows.Api.Tests;

/// <summary>One service and one database for a test class.</summary>
public sealed class ApiFixture : WorkflowsApi, IAsyncLifetime
{
    Task IAsyncLifetime.InitializeAsync() => StartAsync();

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();
}
