using Solya.Workflows.Schedules;

namespace Solya.Workflows.Definitions;

/// <summary>All of a workflow of the face GRAPH that people may choose.</summary>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="Description">At most 1,000 characters.</param>
/// <param name="Document">Nodes and edges as a JSON object that compiles.</param>
/// <param name="Schedule">One that can be read.</param>
public sealed record GraphEdit(string Name, string? Description, bool IsActive, string Document, ScheduleRule Schedule);
