using Solya.Workflows.Engine.Webhooks;

namespace Solya.Workflows.Engine.Tests.Webhooks;

public sealed class DeliveryBackoffTests
{
    [Theory]
    [InlineData(0.0, 21, 22)]
    [InlineData(0.5, 23.5, 24)]
    [InlineData(0.999, 26, 27)]
    public void Twelve_attempts_take_about_a_day(double random, double atLeastHours, double atMostHours)
    {
        var total = Enumerable.Range(1, DeliveryBackoff.MaxAttempts - 1).Sum(attempt => DeliveryBackoff.After(attempt, random)!.Value.TotalHours);

        Assert.InRange(total, atLeastHours, atMostHours);
    }

    [Fact]
    public void Each_wait_is_longer_than_the_one_before_whatever_the_jitter()
    {
        for (var attempt = 2; attempt < DeliveryBackoff.MaxAttempts; attempt++)
        {
            Assert.True(DeliveryBackoff.After(attempt, 0) > DeliveryBackoff.After(attempt - 1, 0.999));
        }
    }

    [Fact]
    public void After_the_last_attempt_there_is_no_other()
    {
        Assert.Null(DeliveryBackoff.After(12, 0.5));
        Assert.Null(DeliveryBackoff.After(13, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => DeliveryBackoff.After(0, 0.5));
    }
}
