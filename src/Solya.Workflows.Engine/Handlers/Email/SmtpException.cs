namespace Solya.Workflows.Engine.Handlers.Email;

/// <summary>The server refused a command, or did not speak SMTP; the message was not accepted.</summary>
/// <param name="reply">The server's reply, when it is about this message.</param>
internal sealed class SmtpException(string code, string message, SmtpReply? reply = null) : Exception(message)
{
    public string Code { get; } = code;

    public SmtpReply? Reply { get; } = reply;

    public static SmtpException Temporary(string message) => new("EMAIL_TEMPORARY", message);
}
