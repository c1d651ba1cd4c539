using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Solya.Workflows.Api.Security.Jwt;

/// <summary>
/// The keys that an OpenID provider publishes. They are fetched once and kept; after an hour they are fetched again while the old
/// ones still serve. A key id that is not among them causes one fetch a minute at most, however many tokens name it.
/// </summary>
internal sealed partial class AuthorityKeys(string authority, HttpClient http, TimeProvider clock, ILogger<AuthorityKeys> logger) : IJwtKeys
{
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromHours(1);
    private static readonly TimeSpan RefetchAfter = TimeSpan.FromMinutes(1);

    // As long as there are no keys at all nobody gets in, so it is tried more often.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly Uri _discovery = new($"{authority.TrimEnd('/')}/.well-known/openid-configuration");
    private readonly Lock _deciding = new();
    private PublicKeys? _keys;
    private Task? _fetch;
    private long? _fetchedAt;

    /// <summary>Whether keys may be asked for there: nobody on the way can exchange them.</summary>
    public static bool IsTrustworthy(Uri address)
        => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    public async ValueTask<IReadOnlyList<SecurityKey>> FindAsync(string algorithm, string? keyId, CancellationToken ct)
    {
        var keys = Volatile.Read(ref _keys);
        if (keys is null)
        {
            await FetchAsync(RetryAfter).WaitAsync(ct);
            return Volatile.Read(ref _keys)?.Find(algorithm, keyId) ?? [];
        }

        _ = FetchAsync(RefreshAfter); // never fails, and nobody waits for it
        if (keys.Find(algorithm, keyId) is { Count: > 0 } found)
        {
            return found;
        }

        await FetchAsync(RefetchAfter).WaitAsync(ct);
        return Volatile.Read(ref _keys)!.Find(algorithm, keyId);
    }

    // The fetch belongs to all who wait for it, so no caller's cancellation ends it.
    private Task FetchAsync(TimeSpan atMostEvery)
    {
        lock (_deciding)
        {
            if (_fetch is { IsCompleted: false })
            {
                return _fetch;
            }

            if (_fetchedAt is { } last && clock.GetElapsedTime(last) < atMostEvery)
            {
                return Task.CompletedTask;
            }

            _fetchedAt = clock.GetTimestamp();
            return _fetch = Task.Run(ReadAsync);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            using var configuration = JsonDocument.Parse(await http.GetStringAsync(_discovery));
            if (configuration.RootElement.ValueKind != JsonValueKind.Object
                || !configuration.RootElement.TryGetProperty("jwks_uri", out var place) || place.ValueKind != JsonValueKind.String
                || !Uri.TryCreate(place.GetString(), UriKind.Absolute, out var address) || !IsTrustworthy(address))
            {
                throw new JsonException("The configuration names no jwks_uri with https.");
            }

            Volatile.Write(ref _keys, PublicKeys.Read(await http.GetStringAsync(address)));
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or JsonException or InvalidOperationException)
        {
            LogNotFetched(authority, failure.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The keys of {Authority} stay as they were: {Reason}")]
    private partial void LogNotFetched(string authority, string reason);
}
