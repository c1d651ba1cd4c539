using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Solya.Workflows.Engine.Execution;
using Solya.Workflows.Engine.Faults;
using Solya.Workflows.Engine.Webhooks;
using Solya.Workflows.Failures;
using Solya.Workflows.Ids;
using Solya.Workflows.Webhooks;

namespace Solya.Workflows.Engine;

/// <summary>
/// Sends webhooks as soon as the engine's look tells that one is due: up to 32 at a time, and few to any one receiver.
/// A receiver that has some under way gets no more before they have ended, so a slow one holds up only itself.
/// </summary>
public sealed partial class DeliverWebhooks(
    IWebhookDeliveries deliveries, WebhookSender sender, DueBoard due, FaultPoints faults, TimeProvider clock, ILogger<DeliverWebhooks> logger) : BackgroundService
{
    private const int MostAtOnce = 32;
    private const int MostPerReceiver = 4;

    // Twice what an attempt may take: whoever still sends after it writes nothing any more.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    // What is under way when the process stops may go on for so long. The engine's effects need the rest of the time.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var underWay = new Dictionary<Guid, (Task Sending, int Count)>();
        using var cutOff = new CancellationTokenSource();
        due.Looked += TakeLook;
        try
        {
            while (true)
            {
                await _wake.Reader.ReadAsync(stoppingToken);
                foreach (var (subscription, _) in underWay.Where(group => group.Value.Sending.IsCompleted).ToList())
                {
                    underWay.Remove(subscription);
                }

                await BeginAsync(underWay, cutOff.Token, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Nothing more is taken; what is under way ends below.
        }
        finally
        {
            due.Looked -= TakeLook;
            cutOff.CancelAfter(Farewell);
            await Task.WhenAll(underWay.Values.Select(group => group.Sending));
        }
    }

    private void TakeLook()
    {
        var times = due.Times;
        if (times.Delivery <= times.Now)
        {
            Wake();
        }
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Takes as much as there is room for and begins to send it.</summary>
    private async Task BeginAsync(Dictionary<Guid, (Task Sending, int Count)> underWay, CancellationToken cutOff, CancellationToken ct)
    {
        var room = MostAtOnce - underWay.Values.Sum(group => group.Count);
        if (room <= 0)
        {
            return; // what ends wakes this duty
        }

        try
        {
            var claimed = await deliveries.ClaimAsync(new(room, MostPerReceiver, underWay.Keys, Lease), ct);
            foreach (var group in claimed.GroupBy(delivery => delivery.SubscriptionId))
            {
                var mine = group.ToList();
                var sending = Task.Run(() => Task.WhenAll(mine.Select(delivery => SendAsync(delivery, cutOff))), CancellationToken.None);
                underWay.Add(group.Key, (sending, mine.Count));
                _ = WakeAfterAsync(sending);
            }
        }
        catch (DatabaseUnavailableException unavailable)
        {
            LogLater(unavailable.Message); // a look that succeeds wakes this duty
        }
    }

    // What was left for want of room, or because this receiver was busy, can be taken now.
    private async Task WakeAfterAsync(Task sending)
    {
        await sending;
        Wake();
    }

    private async Task SendAsync(DueDelivery delivery, CancellationToken cutOff)
    {
        var id = PublicId.Format(PublicId.Delivery, delivery.Id);
        try
        {
            if (delivery.IsDisabled)
            {
                await deliveries.BuryAsync(delivery.OrganizationId, delivery.SubscriptionId, CancellationToken.None);
                return;
            }

            var (result, isGone) = await AttemptAsync(delivery, id, cutOff);
            if (isGone)
            {
                await deliveries.DisableAsync(delivery.OrganizationId, delivery.SubscriptionId, CancellationToken.None);
            }

            if (!await deliveries.SettleAsync(delivery, result, CancellationToken.None))
            {
                LogOvertaken(id, delivery.Attempt);
            }
            else if (result.Status == DeliveryStatus.Dead)
            {
                LogDead(id, delivery.Attempt, result.Error);
            }

            if (isGone)
            {
                await deliveries.BuryAsync(delivery.OrganizationId, delivery.SubscriptionId, CancellationToken.None);
            }
        }
        catch (DatabaseUnavailableException unavailable)
        {
            LogUnwritten(id, unavailable.Message); // sent again when its lease ends
        }
#pragma warning disable CA1031 // What breaks one delivery must not keep the others from being sent. Its attempts are counted, so it ends.
        catch (Exception broken)
#pragma warning restore CA1031
        {
            LogBroken(broken, id);
        }
    }

    private async Task<(DeliveryResult Result, bool IsGone)> AttemptAsync(DueDelivery delivery, string id, CancellationToken cutOff)
    {
        if (delivery.Try > DeliveryBackoff.MaxAttempts)
        {
            return (new(DeliveryStatus.Dead, TimeSpan.Zero, null, "Its last attempts were cut off before their outcome was known."), false);
        }

        WebhookAttempt attempt;
        try
        {
            attempt = await sender.SendAsync(delivery.Url, delivery.Secret, id, delivery.Payload, clock.GetUtcNow(), cutOff);
        }
        catch (OperationCanceledException) when (cutOff.IsCancellationRequested)
        {
            return (new(DeliveryStatus.Pending, TimeSpan.Zero, null, "The service stopped before the receiver answered."), false);
        }

        if (attempt.Outcome == WebhookOutcome.Delivered)
        {
            faults.Pass(FaultPoint.AfterDeliveryBeforeCommit);
        }

        return (ResultOf(delivery, attempt), attempt.Outcome == WebhookOutcome.Disable);
    }

    private static DeliveryResult ResultOf(DueDelivery delivery, WebhookAttempt attempt)
    {
        var error = attempt is { Error: { } reason, ResponseExcerpt: { Length: > 0 } excerpt } ? $"{reason} It said: {excerpt}" : attempt.Error;
        return attempt.Outcome switch
        {
            WebhookOutcome.Delivered => new(DeliveryStatus.Delivered, TimeSpan.Zero, attempt.Status, null),
            WebhookOutcome.Disable => new(DeliveryStatus.Dead, TimeSpan.Zero, attempt.Status, error),
            WebhookOutcome.Retry => DeliveryBackoff.After(delivery.Try, EngineParts.Draw()) is { } rest
                ? new(DeliveryStatus.Pending, rest, attempt.Status, error)
                : new(DeliveryStatus.Dead, TimeSpan.Zero, attempt.Status, error),
        };
    }

    [LoggerMessage(LogLevel.Warning, "Webhooks wait for the database: {Reason}")]
    private partial void LogLater(string reason);

    [LoggerMessage(LogLevel.Warning, "What became of delivery {DeliveryId} could not be written; it is sent again: {Reason}")]
    private partial void LogUnwritten(string deliveryId, string reason);

    [LoggerMessage(LogLevel.Information, "Attempt {Attempt} at delivery {DeliveryId} was overtaken; what came of it is not written")]
    private partial void LogOvertaken(string deliveryId, int attempt);

    [LoggerMessage(LogLevel.Warning, "Delivery {DeliveryId} is given up after {Attempt} attempts: {Reason}")]
    private partial void LogDead(string deliveryId, int attempt, string? reason);

    [LoggerMessage(LogLevel.Error, "Delivery {DeliveryId} broke")]
    private partial void LogBroken(Exception exception, string deliveryId);
}
