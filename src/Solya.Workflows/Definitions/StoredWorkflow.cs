namespace Solya.Workflows.Definitions;

/// <summary>A workflow of any face with one of its versions.</summary>
/// <param name="Format">Null exactly on the face DATA_PLATFORM, which has no versions.</param>
/// <param name="Document">As sent; null as the format is.</param>
public sealed record StoredWorkflow(Workflow Workflow, WorkflowFormat? Format, string? Document);
