using Solya.Workflows.Wire;

namespace Solya.Workflows.Runs;

/// <summary>Who moves a run on.</summary>
public enum RunExecutor
{
    /// <summary>A program outside that reports what it does; the zombie sweep watches over it.</summary>
    [Wire("EXTERNAL")]
    External,

    /// <summary>The engine of this service; nobody else may report on the run. If its process dies, another one goes on.</summary>
    [Wire("ENGINE")]
    Engine,
}
