namespace Solya.Workflows.Graphs;

/// <summary>The handlers that the engine brings along. Every other name is work for an external worker.</summary>
public static class BuiltInHandlers
{
    public const string HttpRequest = "http.request";
    public const string EmailSend = "email.send";
    public const string CreateOrGetPlan = "plan.create_or_get";
    public const string AddItemsToPlan = "plan.add_items";
    public const string CreateTasks = "tasks.create";

    /// <summary>Starts a run of another workflow; only graphs have it.</summary>
    public const string TriggerWorkflow = "workflow.trigger";

    public const string SetState = "state.set";

    /// <summary>Does nothing, through all the stations of an effect: for measuring the engine.</summary>
    public const string NoOperation = "effect.noop";

    /// <summary>Whether the effect leaves the database: it happens at least once, under a stable id.</summary>
    public static bool IsOutside(string handler) => handler is HttpRequest or EmailSend or NoOperation;

    /// <summary>Whether the effect is on the service's own tables: it commits with its step, exactly once.</summary>
    public static bool IsOnOwnTables(string handler) => handler is CreateOrGetPlan or AddItemsToPlan or CreateTasks or TriggerWorkflow;

    public static bool IsWorkers(string handler) => !IsOutside(handler) && !IsOnOwnTables(handler) && handler != SetState;
}
