using Solya.Workflows.Api.Validation;
using Solya.Workflows.Schedules;

namespace Solya.Workflows.Api.Workflows.Definitions;

/// <summary>What is wrong with a schedule, under the names of its fields.</summary>
internal static class ScheduleFields
{
    private const int MaxValue = 255;

    public static void Check(ScheduleRule rule, FieldErrors errors)
    {
        if (rule.Value?.Length > MaxValue)
        {
            errors.Add("schedule_value", FieldErrorCodes.TooLong, $"'schedule_value' may be at most {MaxValue} characters long.");
        }
        else if (rule.Fault() is { } fault)
        {
            errors.Add(fault.Field, FieldErrorCodes.InvalidValue, fault.Message);
        }
    }
}
