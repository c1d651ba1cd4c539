using Solya.Workflows.Wire;

namespace Solya.Workflows.Schedules;

/// <summary>How a workflow's <c>schedule_value</c> is read.</summary>
public enum ScheduleType
{
    /// <summary>Nothing is due by itself; the value does not count.</summary>
    [Wire("manual")]
    Manual,

    /// <summary>Seconds: <c>"3600"</c>.</summary>
    [Wire("interval")]
    Interval,

    /// <summary>Five fields: <c>"*/5 9-17 * * mon-fri"</c>.</summary>
    [Wire("cron")]
    Cron,

    /// <summary><c>"09:00"</c></summary>
    [Wire("daily")]
    Daily,

    /// <summary><c>"mon 09:00"</c></summary>
    [Wire("weekly")]
    Weekly,

    /// <summary><c>"1 09:00"</c>; a day the month does not have is its last day.</summary>
    [Wire("monthly")]
    Monthly,
}
