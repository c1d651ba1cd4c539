using System.Text.Json;
using Solya.Workflows.Engine.Handlers;
using Solya.Workflows.Engine.Outgoing;

namespace Solya.Workflows.Engine.Tests;

/// <summary>Makes one attempt at an effect, as the engine would.</summary>
internal static class Effects
{
    public const string EffectId = "run-1.call.0";

    private static readonly Guid Run = Guid.Parse("0197a000-0000-7000-8000-000000000001");

    public static async Task<EffectResult> CallAsync(object config, string effectId = EffectId, TimeSpan? timeout = null, bool allowPrivate = true, CancellationToken ct = default)
    {
        using var http = new GuardedHttp(new AddressGuard(new OutgoingOptions { AllowPrivateNetworks = allowPrivate }));
        return await new HttpRequestHandler(http, TimeProvider.System).ExecuteAsync(Request(config, effectId, timeout), ct);
    }

    public static Task<EffectResult> MailAsync(SmtpOptions options, object config, string effectId = EffectId, TimeSpan? timeout = null, CancellationToken ct = default) =>
        new EmailSendHandler(options, TimeProvider.System).ExecuteAsync(Request(config, effectId, timeout), ct);

    public static JsonElement Output(this EffectResult result)
    {
        Assert.True(result.IsSuccess, $"{result.Code}: {result.Message} {result.Details}");
        return JsonDocument.Parse(result.Output).RootElement;
    }

    public static void AssertFailed(this EffectResult result, string code, bool retryable)
    {
        Assert.False(result.IsSuccess, result.Output);
        Assert.Equal((code, retryable), (result.Code, result.Retryable));
    }

    private static EffectRequest Request(object config, string effectId, TimeSpan? timeout) => new(
        "org-1",
        Run,
        effectId,
        1,
        config is string json ? JsonDocument.Parse(json).RootElement : JsonSerializer.SerializeToElement(config),
        timeout ?? TimeSpan.FromSeconds(30));
}
