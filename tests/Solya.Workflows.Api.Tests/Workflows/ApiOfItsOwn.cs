namespace Solya.Workflows.Api.Tests.Workflows;

/// <summary>A service whose clock a test may move without disturbing others.</summary>
internal sealed class ApiOfItsOwn : WorkflowsApi;
