using Solya.Workflows.Wire;

namespace Solya.Workflows.Steps;

/// <summary>What a node of a data-platform workflow is.</summary>
public enum NodeType
{
    /// <summary>The entry point.</summary>
    [Wire("TRIGGER")]
    Trigger,

    /// <summary>An executable step.</summary>
    [Wire("ACTION")]
    Action,
}
