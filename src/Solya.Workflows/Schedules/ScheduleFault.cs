namespace Solya.Workflows.Schedules;

/// <summary>Why a schedule cannot be read.</summary>
/// <param name="Field"><c>schedule_value</c> or <c>timezone</c>.</param>
/// <param name="Message">For people; says what is wrong and what would be right.</param>
public sealed record ScheduleFault(string Field, string Message)
{
    internal static ScheduleFault Value(string message) => new("schedule_value", message);

    internal static ScheduleFault TimeZone(string message) => new("timezone", message);
}
