using System.Net.Sockets;

namespace Solya.Workflows.Engine.Outgoing;

/// <summary>Why a call got no usable response, in words that tell nothing about the network the service runs in.</summary>
internal sealed record OutgoingFailure(string Code, string Message, bool Retryable)
{
    /// <summary>Reads what <see cref="GuardedHttp"/> or a response's body threw; null for what is no failure of the call, such as the cancellation of <paramref name="ct"/>.</summary>
    public static OutgoingFailure? Of(Exception thrown, string host, CancellationToken ct)
    {
        for (Exception? cause = thrown; cause is not null; cause = cause.InnerException)
        {
            if (cause is BlockedAddressException)
            {
                return new("HTTP_BLOCKED_ADDRESS", cause.Message, Retryable: false);
            }

            if (cause is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain })
            {
                return new("HTTP_CONNECTION", $"'{host}' could not be resolved.", Retryable: true);
            }
        }

        return thrown switch
        {
            OperationCanceledException when ct.IsCancellationRequested => null,
            OperationCanceledException => new("HTTP_TIMEOUT", $"'{host}' did not answer in time.", Retryable: true),
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
                new("HTTP_RESPONSE_TOO_LARGE", $"The response headers of '{host}' are too large.", Retryable: false),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
                new("HTTP_CONNECTION", $"No secure connection to '{host}' could be made; its certificate may not be valid.", Retryable: true),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } =>
                new("HTTP_CONNECTION", $"No connection to '{host}' could be made.", Retryable: true),
            HttpRequestException or IOException =>
                new("HTTP_CONNECTION", $"The connection to '{host}' broke before the response was complete.", Retryable: true),
            InvalidDataException =>
                new("HTTP_CONNECTION", $"The response of '{host}' could not be decompressed.", Retryable: true),
            _ => null,
        };
    }
}
