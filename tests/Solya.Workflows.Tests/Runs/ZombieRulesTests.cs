using Solya.Workflows.Runs;

namespace Solya.Workflows.Tests.Runs;

public class ZombieRulesTests
{
    private static readonly DateTimeOffset Heard = new(2026, 5, 23, 6, 0, 0, TimeSpan.Zero);

    private readonly ZombieRules _rules = new(TimeSpan.FromMinutes(15), TimeSpan.FromHours(24));

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(86_400)]
    public void A_running_run_has_three_of_its_promised_intervals(int seconds)
        => Assert.Equal(Heard.AddSeconds(3L * seconds), _rules.DeadlineOf(RunStatus.Running, seconds, Heard));

    [Fact]
    public void A_running_run_that_promised_nothing_has_the_default()
        => Assert.Equal(Heard.AddMinutes(15), _rules.DeadlineOf(RunStatus.Running, null, Heard));

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public void A_pending_run_has_its_own_deadline_whatever_it_promised(int? seconds)
        => Assert.Equal(Heard.AddHours(24), _rules.DeadlineOf(RunStatus.Pending, seconds, Heard));

    [Fact]
    public void The_longest_promise_does_not_overflow()
        => Assert.Equal(Heard.AddSeconds(3L * int.MaxValue), _rules.DeadlineOf(RunStatus.Running, int.MaxValue, Heard));
}
