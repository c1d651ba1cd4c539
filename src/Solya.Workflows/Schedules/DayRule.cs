using NodaTime;

namespace Solya.Workflows.Schedules;

/// <summary>Which days count. Each set is a bit per number; Sunday is day 0 of the week.</summary>
/// <param name="EitherDay">One of the two kinds of day is enough; otherwise both must fit.</param>
/// <param name="LateDaysOnTheLast">A day that the month does not have is its last day.</param>
internal sealed record DayRule(uint DaysOfMonth, uint Months, uint DaysOfWeek, bool EitherDay = false, bool LateDaysOnTheLast = false)
{
    private const uint EveryDayOfMonth = 0xFFFF_FFFE;
    private const uint EveryMonth = 0b1_1111_1111_1110;
    private const uint EveryDayOfWeek = 0b111_1111;

    public static DayRule Daily { get; } = new(EveryDayOfMonth, EveryMonth, EveryDayOfWeek);

    public static DayRule Weekly(int dayOfWeek) => Daily with { DaysOfWeek = 1u << dayOfWeek };

    public static DayRule Monthly(int dayOfMonth) => Daily with { DaysOfMonth = 1u << dayOfMonth, LateDaysOnTheLast = true };

    public bool Matches(LocalDate date)
    {
        if (!HasMonth(date))
        {
            return false;
        }

        var days = DaysOfMonth >> date.Day;
        var dayOfMonth = LateDaysOnTheLast && date.Day == date.Calendar.GetDaysInMonth(date.Year, date.Month) ? days != 0 : (days & 1) != 0;
        var dayOfWeek = (DaysOfWeek >> ((int)date.DayOfWeek % 7) & 1) != 0;
        return EitherDay ? dayOfMonth || dayOfWeek : dayOfMonth && dayOfWeek;
    }

    /// <summary>The next day that is worth asking for; a month without any is passed at once.</summary>
    public LocalDate After(LocalDate date)
        => HasMonth(date) ? date.PlusDays(1) : date.With(DateAdjusters.StartOfMonth).PlusMonths(1);

    private bool HasMonth(LocalDate date) => (Months >> date.Month & 1) != 0;
}
