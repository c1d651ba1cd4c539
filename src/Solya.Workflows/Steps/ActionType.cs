using Solya.Workflows.Wire;

namespace Solya.Workflows.Steps;

/// <summary>What an ACTION node of a data-platform workflow does.</summary>
public enum ActionType
{
    [Wire("CREATE_OR_GET_PLAN")]
    CreateOrGetPlan,

    [Wire("ADD_ITEMS_TO_PLAN")]
    AddItemsToPlan,

    [Wire("CALL_WEBHOOK")]
    CallWebhook,

    [Wire("SEND_EMAIL")]
    SendEmail,
}
