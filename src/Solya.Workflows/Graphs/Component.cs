using Solya.Workflows.Wire;

namespace Solya.Workflows.Graphs;

/// <summary>What a node of a graph is made of: its <c>data.componentId</c>.</summary>
public enum Component
{
    [Wire("manual_trigger")]
    ManualTrigger,

    [Wire("schedule_trigger")]
    ScheduleTrigger,

    [Wire("webhook_trigger")]
    WebhookTrigger,

    /// <summary>An HTTP request.</summary>
    [Wire("webhook")]
    Webhook,

    [Wire("email")]
    Email,

    [Wire("delay")]
    Delay,

    [Wire("condition")]
    Condition,

    [Wire("switch")]
    Switch,

    [Wire("external_event")]
    ExternalEvent,

    [Wire("approval")]
    Approval,

    [Wire("iterator")]
    Iterator,

    [Wire("set")]
    Set,

    /// <summary>The same as <see cref="Set"/>.</summary>
    [Wire("data_mapper")]
    DataMapper,

    [Wire("text")]
    Text,

    [Wire("trigger_workflow")]
    TriggerWorkflow,

    [Wire("terminate")]
    Terminate,

    [Wire("plan_create_or_get")]
    PlanCreateOrGet,

    [Wire("plan_add_items")]
    PlanAddItems,

    [Wire("tasks_create")]
    TasksCreate,
}
