using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Solya.Workflows.Api.Security.Jwt;

/// <summary>The keys of a file. Every token asks whether it has changed, which costs a microsecond.</summary>
internal sealed partial class JwksFileKeys(string path, ILogger<JwksFileKeys> logger) : IJwtKeys
{
    private readonly Lock _reading = new();
    private (DateTime Written, long Length, PublicKeys? Keys) _known;

    public ValueTask<IReadOnlyList<SecurityKey>> FindAsync(string algorithm, string? keyId, CancellationToken ct)
        => new(Current()?.Find(algorithm, keyId) ?? []);

    private PublicKeys? Current()
    {
        var file = new FileInfo(path);
        lock (_reading)
        {
            try
            {
                if (!file.Exists || (file.LastWriteTimeUtc == _known.Written && file.Length == _known.Length))
                {
                    return _known.Keys;
                }

                // Noted before it is read: what is written meanwhile is a further change.
                _known = (file.LastWriteTimeUtc, file.Length, _known.Keys);
                _known.Keys = PublicKeys.Read(File.ReadAllText(path));
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
            {
                LogUnreadable(path, unreadable.Message);
            }

            return _known.Keys;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The keys of {Path} stay as they were: {Reason}")]
    private partial void LogUnreadable(string path, string reason);
}
