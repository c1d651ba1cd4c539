using Solya.Workflows.Engine.Webhooks;

namespace Solya.Workflows.Engine.Tests.Webhooks;

public sealed class StandardWebhooksTests
{
    [Fact]
    public void The_published_example_gets_the_published_signature() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        StandardWebhooks.Sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            DateTimeOffset.FromUnixTimeSeconds(1614265330),
            "{\"test\": 2432232314}"u8));

    [Fact]
    public void A_secret_is_the_prefix_and_32_bytes_and_no_two_are_equal()
    {
        var secret = StandardWebhooks.NewSecret();

        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.Equal(32, Convert.FromBase64String(secret["whsec_".Length..]).Length);
        Assert.NotEqual(secret, StandardWebhooks.NewSecret());
    }

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_???")]
    public void A_malformed_secret_signs_nothing(string secret) =>
        Assert.Throws<FormatException>(() => StandardWebhooks.Sign(secret, "msg_1", DateTimeOffset.UnixEpoch, "{}"u8));
}
