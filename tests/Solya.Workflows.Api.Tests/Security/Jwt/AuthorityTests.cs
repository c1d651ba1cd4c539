using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Solya.Workflows.Api.Security.Jwt;
using static Solya.Workflows.Api.Tests.Security.Jwt.HandMadeTokens;

namespace Solya.Workflows.Api.Tests.Security.Jwt;

/// <summary>Which tokens are believed, with the keys of an OpenID provider, and how often it is asked for them.</summary>
public sealed class AuthorityTests : IAsyncLifetime
{
    private const string Good = """{"org":"acme","exp":1780415260}""";

    private readonly StoppedClock _clock = new();
    private WebApplication _provider = null!;
    private JwtValidator _validator = null!;
    private string _keys = KeySet(RsaKey(Rsa));
    private string? _place;
    private int _status = 200;
    private int _fetches;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _provider = builder.Build();
        _provider.MapGet("/realm/.well-known/openid-configuration", () => Results.Text($$"""{"jwks_uri":"{{_place ?? $"{Address}/keys"}}"}"""));
        _provider.MapGet("/keys", () =>
        {
            Interlocked.Increment(ref _fetches);
            return Results.Text(_keys, statusCode: _status);
        });
        await _provider.StartAsync();
        _validator = Validators.Of(new() { Authority = $"{Address}/realm/" }, _clock);
    }

    public Task DisposeAsync() => _provider.DisposeAsync().AsTask();

    private string Address => _provider.Urls.Single();

    [Fact]
    public async Task The_keys_are_fetched_once_for_all_who_ask_together()
    {
        var believed = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => _validator.AcceptsAsync(Rs256(Good))));

        Assert.All(believed, Assert.True);
        Assert.Equal(1, _fetches);
    }

    [Fact]
    public async Task An_unknown_key_id_causes_one_fetch_a_minute()
    {
        using var next = RSA.Create(2048);
        var token = Rs256(Good, """{"alg":"RS256","kid":"next"}""", next);
        Assert.True(await _validator.AcceptsAsync(Rs256(Good)));

        _keys = KeySet(RsaKey(Rsa), RsaKey(next, "\"kid\":\"next\""));
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => _validator.AcceptsAsync(token))), Assert.False);
        Assert.Equal(1, _fetches);

        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => _validator.AcceptsAsync(token))), Assert.True);
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 30).Select(kid => _validator.AcceptsAsync(Rs256(Good, $$"""{"alg":"RS256","kid":"{{kid}}"}""")))),
            Assert.False);
        Assert.Equal(2, _fetches);
    }

    [Fact]
    public async Task After_an_hour_the_keys_are_fetched_again_so_that_a_revoked_one_dies()
    {
        Assert.True(await _validator.AcceptsAsync(Rs256(Good)));

        _keys = KeySet(EcKey(Ec));
        _clock.Advance(TimeSpan.FromMinutes(61));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (await _validator.AcceptsAsync(Rs256(Good)))
        {
            deadline.Token.ThrowIfCancellationRequested();
        }

        Assert.True(await _validator.AcceptsAsync(Es256(Good)));
        Assert.Equal(2, _fetches);
    }

    [Fact]
    public async Task A_provider_that_fails_lets_nobody_in_and_takes_no_known_key_away()
    {
        _status = 500;
        Assert.False(await _validator.AcceptsAsync(Rs256(Good)));
        _status = 200;
        Assert.False(await _validator.AcceptsAsync(Rs256(Good)));
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.True(await _validator.AcceptsAsync(Rs256(Good)));

        _keys = "{ half";
        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.False(await _validator.AcceptsAsync(Rs256(Good, """{"alg":"RS256","kid":"unknown"}""")));
        Assert.True(await _validator.AcceptsAsync(Rs256(Good)));
        Assert.Equal(3, _fetches);
    }

    [Theory]
    [InlineData("http://keys.test/keys")]
    [InlineData("file:///etc/keys")]
    [InlineData("/keys")]
    public async Task Keys_are_not_fetched_where_anybody_could_exchange_them(string place)
    {
        _place = place;

        Assert.False(await _validator.AcceptsAsync(Rs256(Good)));
        Assert.Equal(0, _fetches);
    }
}
