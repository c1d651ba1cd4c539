using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Solya.Workflows.Api.Security.Jwt;
using static Solya.Workflows.Api.Tests.Security.Jwt.HandMadeTokens;

namespace Solya.Workflows.Api.Tests.Security.Jwt;

/// <summary>Which tokens are believed, with a shared secret.</summary>
public class JwtValidatorTests
{
    private const string Good = """{"org":"acme","sub":"u1","email":"u1@acme.test","exp":1780315260}""";

    private static readonly JwtValidator Validator = Validators.Of(new() { SigningKey = Secret });

    [Fact]
    public async Task A_good_token_names_its_caller()
        => Assert.Equal(new(new("acme", "u1", "u1@acme.test"), null), await Validator.ValidateAsync(Hs256(Good), CancellationToken.None));

    public static TheoryData<string> GoodPayloads =>
    [
        Good,
        """{"org":"acme","exp":1780315260}""",
        """{"org":"acme","exp":1780315260.5}""",
        """{"org":"acme","exp":1780315171}""", // expired 29 s ago
        """{"org":"acme","exp":9e15}""",
        """{"org":"acme","exp":1780315260,"nbf":1780315230}""", // valid in 30 s
        """{"org":"acme","exp":1780315260,"nbf":0}""",
        """{"org":"2024-01-01T00:00:00Z","exp":1780315260}""",
        """{"org":" ünïcode 🦊 ","exp":1780315260}""",
        $$"""{"org":"{{new string('o', 255)}}","exp":1780315260}""",
        """{"org":"acme","exp":1780315260,"aud":["any"],"iss":"anybody","iat":9999999999,"deep":{"a":[{}]}}""",
    ];

    [Theory]
    [MemberData(nameof(GoodPayloads))]
    public async Task These_are_believed(string payload) => Assert.True(await Validator.AcceptsAsync(Hs256(payload)));

    public static TheoryData<string> BadPayloads =>
    [
        """{"org":"acme"}""",
        """{"org":"acme","exp":null}""",
        """{"org":"acme","exp":"1780315260"}""",
        """{"org":"acme","exp":true}""",
        """{"org":"acme","exp":1e400}""",
        """{"org":"acme","exp":-1}""",
        """{"org":"acme","exp":0}""",
        """{"org":"acme","exp":1780315170}""", // expired 30 s ago
        """{"org":"acme","exp":1780315260,"nbf":1780315231}""", // valid in 31 s
        """{"org":"acme","exp":1780315260,"nbf":"0"}""",
        """{"org":"acme","exp":1780315260,"nbf":null}""",
        """{"exp":1780315260}""",
        """{"org":"","exp":1780315260}""",
        """{"org":null,"exp":1780315260}""",
        """{"org":7,"exp":1780315260}""",
        """{"org":["acme"],"exp":1780315260}""",
        """{"org":{"id":"acme"},"exp":1780315260}""",
        """{"Org":"acme","exp":1780315260}""",
        """{"org":"a\u0000b","exp":1780315260}""",
        """{"org":"\ud800","exp":1780315260}""",
        """{"org":"acme","org":"other","exp":1780315260}""",
        """{"org":"acme","\u006frg":"other","exp":1780315260}""",
        """{"org":"acme","exp":1,"exp":1780315260}""",
        $$"""{"org":"{{new string('o', 256)}}","exp":1780315260}""",
        $$"""{"org":"acme","exp":1780315260,"x":{{new string('[', 100)}}{{new string(']', 100)}}}""",
        """["org","acme"]""",
        "\"acme\"",
        "null",
        "{",
        "",
        "{}",
        """{"org":"acme","exp":1780315260}{}""",
    ];

    [Theory]
    [MemberData(nameof(BadPayloads))]
    public async Task These_are_refused(string payload) => Assert.False(await Validator.AcceptsAsync(Hs256(payload)));

    public static TheoryData<string> BadHeaders =>
    [
        """{"typ":"JWT"}""",
        """{"alg":"none"}""",
        """{"alg":"None"}""",
        """{"alg":""}""",
        """{"alg":null}""",
        """{"alg":["HS256"]}""",
        """{"alg":"hs256"}""",
        """{"alg":"HS384"}""",
        """{"alg":"HS512"}""",
        """{"alg":"RS256"}""",
        """{"alg":"ES256"}""",
        """{"alg":"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"}""",
        """{"alg":"HS256","alg":"none"}""",
        """{"alg":"HS256","crit":["exp"]}""",
        """{"alg":"HS256","b64":false,"crit":["b64"]}""",
        """{"alg":"HS256","kid":5}""",
        """{"alg":"HS256","kid":"\ud800"}""",
        "[]",
        "x",
    ];

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public async Task A_header_that_says_anything_but_HS256_is_refused(string header)
        => Assert.False(await Validator.AcceptsAsync(Hs256(Good, header)));

    [Fact]
    public async Task Another_algorithm_is_refused_even_with_the_right_key()
    {
        var key = Encoding.UTF8.GetBytes(Secret + Secret);
        var validator = Validators.Of(new() { SigningKey = Secret + Secret });

        Assert.True(await validator.AcceptsAsync(Signed("""{"alg":"HS256"}""", Good, data => HMACSHA256.HashData(key, data))));
        Assert.False(await validator.AcceptsAsync(Signed("""{"alg":"HS384"}""", Good, data => HMACSHA384.HashData(key, data))));
        Assert.False(await validator.AcceptsAsync(Signed("""{"alg":"HS512"}""", Good, data => HMACSHA512.HashData(key, data))));
        Assert.False(await validator.AcceptsAsync(Rs256(Good)));
        Assert.False(await validator.AcceptsAsync(Es256(Good)));
    }

    [Fact]
    public async Task A_token_of_another_key_or_of_none_is_refused()
    {
        var unsigned = $"{Base64Url.EncodeToString("""{"alg":"none"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Good))}";

        Assert.False(await Validator.AcceptsAsync(Hs256(Good, secret: Secret + "x")));
        Assert.False(await Validator.AcceptsAsync($"{unsigned}."));
        Assert.False(await Validator.AcceptsAsync(unsigned));
        Assert.False(await Validator.AcceptsAsync(Hs256(Good)[..^43]));
        Assert.False(await Validator.AcceptsAsync(Signed("""{"alg":"HS256"}""", Good, _ => [])));
        Assert.False(await Validator.AcceptsAsync(Signed("""{"alg":"HS256"}""", Good, data => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), data)[..16])));
    }

    [Fact]
    public async Task Garbage_is_refused_without_an_exception()
    {
        var good = Hs256(Good);
        var oversized = Hs256($$"""{"org":"acme","exp":1780315260,"x":"{{new string('x', 20_000)}}"}""");
        string[] garbage =
        [
            "", ".", "..", "...", "....", "a.b.c", "a.b.c.d.e", $"{good}.", $".{good}", $"{good}=", $" {good}", $"{good}\n", good.Replace('.', ' '),
            oversized, new string('.', 100_000), new string('a', 1_000_000), "\0.\0.\0", "é.é.é", "\ud800.a.a",
            Signed("""{"alg":"HS256","cty":"JWT"}""", good, data => HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), data)),
            Signed([0xFF, 0xFE], [0xFF], _ => [1]),
        ];
        foreach (var token in garbage)
        {
            Assert.False(await Validator.AcceptsAsync(token), token[..Math.Min(token.Length, 40)]);
        }
    }

    [Fact]
    public async Task A_changed_token_is_refused_and_a_strange_one_that_is_signed_is_no_exception()
    {
        var random = new Random(20260601);
        var good = Hs256(Good);
        for (var i = 0; i < 3_000; i++)
        {
            // The last letter of a part carries bits that belong to no byte, so only the others are exchanged.
            var place = random.Next(good.Length - 1);
            var changed = string.Concat(good.AsSpan(0, place), $"{(char)random.Next(33, 127)}", good.AsSpan(place + 1));
            if (changed != good && good[Math.Min(place + 1, good.Length - 1)] != '.')
            {
                Assert.False(await Validator.AcceptsAsync(changed), changed);
            }

            string Strange(string json) => json.Remove(random.Next(json.Length), 1).Insert(random.Next(json.Length), $"{"{}[]\",:\\0e-9"[random.Next(12)]}");
            await Validator.ValidateAsync(Hs256(Strange(Good), Strange("""{"alg":"HS256","typ":"JWT"}""")), CancellationToken.None);
            await Validator.ValidateAsync(Hs256(Strange(Good)), CancellationToken.None);
        }
    }

    [Theory]
    [InlineData("\"iss\":\"us\",\"aud\":\"here\"", true)]
    [InlineData("\"iss\":\"us\",\"aud\":[\"there\",\"here\"]", true)]
    [InlineData("\"iss\":\"us\"", false)]
    [InlineData("\"aud\":\"here\"", false)]
    [InlineData("\"iss\":\"us\",\"aud\":\"there\"", false)]
    [InlineData("\"iss\":\"us\",\"aud\":[]", false)]
    [InlineData("\"iss\":\"us\",\"aud\":{\"here\":1}", false)]
    [InlineData("\"iss\":\"us\",\"aud\":\"Here\"", false)]
    [InlineData("\"iss\":\"them\",\"aud\":\"here\"", false)]
    [InlineData("\"iss\":[\"us\"],\"aud\":\"here\"", false)]
    public async Task Issuer_and_audience_are_checked_when_they_are_configured(string claims, bool isBelieved)
    {
        var validator = Validators.Of(new() { SigningKey = Secret, Issuer = "us", Audience = "here" });

        Assert.Equal(isBelieved, await validator.AcceptsAsync(Hs256($$"""{"org":"acme","exp":1780315260,{{claims}}}""")));
    }

    [Fact]
    public async Task The_claim_of_the_organization_can_be_another()
    {
        var validator = Validators.Of(new() { SigningKey = Secret, OrganizationClaim = "https://acme.test/tenant" });

        Assert.True(await validator.AcceptsAsync(Hs256("""{"https://acme.test/tenant":"acme","exp":1780315260}""")));
        Assert.False(await validator.AcceptsAsync(Hs256(Good)));
    }

    [Fact]
    public async Task A_token_expires()
    {
        var clock = new StoppedClock();
        var validator = Validators.Of(new() { SigningKey = Secret }, clock);

        clock.Advance(TimeSpan.FromSeconds(89));
        Assert.True(await validator.AcceptsAsync(Hs256(Good)));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await validator.AcceptsAsync(Hs256(Good)));
    }

    public static TheoryData<JwtOptions, string> Unusable => new()
    {
        { new(), "Set one of" },
        { new() { SigningKey = Secret, Authority = "https://acme.test" }, "Set one of" },
        { new() { SigningKey = Secret[1..] }, "at least 32 bytes" },
        { new() { Authority = "acme.test" }, "https" },
        { new() { Authority = "http://acme.test" }, "https" },
        { new() { JwksFile = "/no/such/file" }, "Jwt__JwksFile" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void Settings_without_a_usable_key_are_refused_at_the_start(JwtOptions options, string part)
        => Assert.Contains(part, Assert.ThrowsAny<Exception>(() => Validators.Of(options)).Message, StringComparison.Ordinal);
}
