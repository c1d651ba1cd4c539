namespace Solya.Workflows.Definitions;

/// <summary>One thing wrong with a flow definition.</summary>
/// <param name="Path">Where, from the definition's root: <c>nodes[2].data.actionType</c>.</param>
/// <param name="Code">Stable, for machines.</param>
/// <param name="Message">For people; names the node or edge.</param>
public sealed record FlowFault(string Path, string Code, string Message);
