using System.Security.Cryptography;
using Solya.Workflows.Api.Security.Jwt;
using static Solya.Workflows.Api.Tests.Security.Jwt.HandMadeTokens;

namespace Solya.Workflows.Api.Tests.Security.Jwt;

/// <summary>Which tokens are believed, with the public keys of a file.</summary>
public sealed class JwksFileTests : IDisposable
{
    private const string Good = """{"org":"acme","exp":1780315260}""";

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task RS256_and_ES256_are_believed_with_their_own_key_only()
    {
        var validator = Over(KeySet(RsaKey(Rsa), EcKey(Ec)));
        using var otherRsa = RSA.Create(2048);
        using var otherEc = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.True(await validator.AcceptsAsync(Rs256(Good)));
        Assert.True(await validator.AcceptsAsync(Es256(Good)));
        Assert.True(await validator.AcceptsAsync(Rs256(Good, """{"alg":"RS256"}""")));
        Assert.False(await validator.AcceptsAsync(Rs256(Good, key: otherRsa)));
        Assert.False(await validator.AcceptsAsync(Es256(Good, key: otherEc)));
        Assert.False(await validator.AcceptsAsync(Rs256(Good, """{"alg":"RS256","kid":"e"}""")));
        Assert.False(await validator.AcceptsAsync(Rs256(Good, """{"alg":"RS256","kid":"unknown"}""")));
        Assert.False(await validator.AcceptsAsync(Rs256(Good, """{"alg":"ES256","kid":"r"}""")));
        Assert.False(await validator.AcceptsAsync(Signed(
            """{"alg":"RS512","kid":"r"}""", Good, data => Rsa.SignData(data, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1))));
        Assert.False(await validator.AcceptsAsync(Signed(
            """{"alg":"PS256","kid":"r"}""", Good, data => Rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss))));
    }

    [Fact]
    public async Task A_public_key_is_no_secret_of_an_HMAC()
    {
        var keys = KeySet(RsaKey(Rsa), """{"kty":"oct","kid":"o","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}""");
        var validator = Over(keys);

        foreach (var secret in new[] { Rsa.ExportSubjectPublicKeyInfoPem(), Rsa.ExportRSAPublicKeyPem(), keys, RsaKey(Rsa), Secret })
        {
            foreach (var header in new[] { """{"alg":"HS256","kid":"r"}""", """{"alg":"HS256","kid":"o"}""", """{"alg":"HS256"}""" })
            {
                Assert.False(await validator.AcceptsAsync(Hs256(Good, header, secret)));
            }
        }
    }

    [Fact]
    public async Task A_key_without_an_id_serves_any_and_one_for_other_uses_none()
    {
        Assert.True(await Over(KeySet(RsaKey(Rsa, "\"use\":\"sig\",\"alg\":\"RS256\""))).AcceptsAsync(Rs256(Good)));
        Assert.True(await Over(KeySet(RsaKey(Rsa, "\"key_ops\":[\"verify\"]"))).AcceptsAsync(Rs256(Good)));
        Assert.False(await Over(KeySet(EcKey(Ec), RsaKey(Rsa, "\"use\":\"enc\""))).AcceptsAsync(Rs256(Good)));
        Assert.False(await Over(KeySet(EcKey(Ec), RsaKey(Rsa, "\"alg\":\"PS256\""))).AcceptsAsync(Rs256(Good)));
        Assert.False(await Over(KeySet(EcKey(Ec), RsaKey(Rsa, "\"key_ops\":[\"encrypt\"]"))).AcceptsAsync(Rs256(Good)));
    }

    [Fact]
    public async Task Weak_and_broken_keys_are_passed_over()
    {
        using var weak = RSA.Create(1024);
        var keys = KeySet(RsaKey(weak, "\"kid\":\"weak\""), """{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}""", """{"kty":"RSA"}""", "7", RsaKey(Rsa));

        Assert.True(await Over(keys).AcceptsAsync(Rs256(Good)));
        Assert.False(await Over(keys).AcceptsAsync(Rs256(Good, """{"alg":"RS256","kid":"weak"}""", weak)));
    }

    [Fact]
    public async Task A_changed_file_is_read_again_and_a_broken_one_changes_nothing()
    {
        using var next = RSA.Create(2048);
        var validator = Over(KeySet(RsaKey(Rsa)));
        var token = Rs256(Good, """{"alg":"RS256","kid":"next"}""", next);
        Assert.False(await validator.AcceptsAsync(token));

        await File.WriteAllTextAsync(_file, "{ half");
        Assert.True(await validator.AcceptsAsync(Rs256(Good)));

        await File.WriteAllTextAsync(_file, KeySet(RsaKey(next, "\"kid\":\"next\"")));
        Assert.True(await validator.AcceptsAsync(token));
        Assert.False(await validator.AcceptsAsync(Rs256(Good)));

        File.Delete(_file);
        Assert.True(await validator.AcceptsAsync(token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"keys":7}""")]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"oct","k":"AAAA"}]}""")]
    public void A_file_without_a_key_is_refused_at_the_start(string content)
        => Assert.Contains("Jwt__JwksFile", Assert.ThrowsAny<Exception>(() => Over(content)).Message, StringComparison.Ordinal);

    private JwtValidator Over(string content)
    {
        File.WriteAllText(_file, content);
        return Validators.Of(new() { JwksFile = _file });
    }
}
