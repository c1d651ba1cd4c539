using Solya.Workflows.Wire;

namespace Solya.Workflows.Tasks;

/// <summary>What a task, and the action vector behind it, is about.</summary>
public enum TaskDomain
{
    [Wire("restock")]
    Restock,

    [Wire("rebalance")]
    Rebalance,

    [Wire("markdown")]
    Markdown,
}
