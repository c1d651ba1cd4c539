using Solya.Workflows.Wire;

namespace Solya.Workflows.Graphs;

/// <summary>What a node does; the text is what definitions, steps and the database call it.</summary>
public enum NodeKind
{
    /// <summary>Work: a built-in handler's, or an external worker's.</summary>
    [Wire("task")]
    Task,

    /// <summary>Lets time pass.</summary>
    [Wire("wait")]
    Wait,

    /// <summary>Waits for a signal from outside.</summary>
    [Wire("external_event")]
    ExternalEvent,

    /// <summary>Waits for a person's decision.</summary>
    [Wire("approval")]
    Approval,

    /// <summary>Chooses between two ways on.</summary>
    [Wire("condition")]
    Condition,

    /// <summary>Runs branches side by side.</summary>
    [Wire("parallel")]
    Parallel,

    /// <summary>Runs its steps once for each item of a list.</summary>
    [Wire("foreach")]
    Foreach,

    /// <summary>Where a graph begins.</summary>
    [Wire("entry")]
    Entry,

    /// <summary>Chooses between any number of ways on.</summary>
    [Wire("switch")]
    Switch,

    /// <summary>Ends the whole run.</summary>
    [Wire("terminate")]
    Terminate,
}
