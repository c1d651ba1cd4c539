using Solya.Workflows.Definitions;

namespace Solya.Workflows.Graphs;

/// <summary>What came of compiling a definition.</summary>
/// <param name="Graph">Null exactly when there are faults.</param>
/// <param name="Faults">Everything wrong with the definition at once.</param>
public sealed record CompiledGraph(WorkflowGraph? Graph, IReadOnlyList<FlowFault> Faults);
