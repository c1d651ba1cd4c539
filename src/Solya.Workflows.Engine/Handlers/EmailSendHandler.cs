using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Solya.Workflows.Engine.Handlers.Email;
using Solya.Workflows.Engine.Outgoing;

namespace Solya.Workflows.Engine.Handlers;

/// <summary>
/// <c>email.send</c>: one message through the operator's mail server. The Message-ID is the same on every attempt at the
/// effect, so that a repeat can be recognized.
/// </summary>
public sealed class EmailSendHandler(SmtpOptions options, TimeProvider clock) : IEffectHandler
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Name => "email.send";

    public async Task<EffectResult> ExecuteAsync(EffectRequest request, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(options.Host) || options.Port is < 1 or > 65_535)
        {
            return EffectResult.Failed("EMAIL_NOT_CONFIGURED", "No mail server is configured (Smtp__Host, Smtp__Port).", retryable: false);
        }

        if (!EmailAddress.TryParse(options.From ?? "", out var from))
        {
            return EffectResult.Failed("EMAIL_NOT_CONFIGURED", "The sender (Smtp__From) is not configured as one plain address.", retryable: false);
        }

        var config = new EffectConfig(request.Config);
        if (EmailDraft.Read(config) is not { } draft)
        {
            return config.Fault!.ToResult("EMAIL_INVALID_REQUEST");
        }

        var messageId = $"<{EffectKey.Digest($"{request.OrganizationId}\n{request.EffectId}")}@{from.Domain}>";
        var message = EmailMessage.Write(draft, from, messageId, clock.GetUtcNow());
        using var deadline = Deadline.Of(request.Timeout, ct);
        try
        {
            await using var session = await SmtpSession.OpenAsync(options, deadline.Token);
            await session.SendAsync(from, draft.To.Concat(draft.Cc), message, deadline.Token);
            await session.QuitAsync(deadline.Token);
            return EffectResult.Succeeded(new JsonObject { ["messageId"] = messageId }.ToJsonString(Readable));
        }
        catch (SmtpException refused)
        {
            return EffectResult.Failed(refused.Code, refused.Message, refused.Code == "EMAIL_TEMPORARY", Details(refused.Reply));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Temporary("The mail server did not answer in time.");
        }
        catch (AuthenticationException)
        {
            return Temporary("No secure connection to the mail server could be made; its certificate may not be valid.");
        }
        catch (Exception broken) when (broken is SocketException or IOException)
        {
            return Temporary("The connection to the mail server failed.");
        }
    }

    private static EffectResult Temporary(string message) => EffectResult.Failed("EMAIL_TEMPORARY", message, retryable: true);

    private static string? Details(SmtpReply? reply) => reply is null ? null : new JsonObject
    {
        ["reply"] = reply.Code,
        ["text"] = StorableText.Clean(reply.Text),
    }.ToJsonString(Readable);
}
