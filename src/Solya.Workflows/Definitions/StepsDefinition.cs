namespace Solya.Workflows.Definitions;

/// <summary>A definition of the face V1 with its only version.</summary>
/// <param name="Steps">A JSON array, as sent.</param>
public sealed record StepsDefinition(Workflow Workflow, string Steps);
