namespace Solya.Workflows.Api.Tests.Security.Jwt;

/// <summary>Stands at 2026-06-01T12:00:00Z (1780315200) until it is moved.</summary>
internal sealed class StoppedClock : TimeProvider
{
    public const long Start = 1_780_315_200;

    private DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(Start);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.Ticks;

    public void Advance(TimeSpan by) => _now += by;
}
