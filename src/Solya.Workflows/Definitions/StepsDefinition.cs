namespace Solya.Workflows.Definitions;

/// <summary>A definition of the face V1 with its only version, or a workflow of another face as that face shows it.</summary>
/// <param name="Steps">A JSON array, as sent; an empty one when the workflow is of another face.</param>
public sealed record StepsDefinition(Workflow Workflow, string Steps);
