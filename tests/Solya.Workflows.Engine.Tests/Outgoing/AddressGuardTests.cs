using System.Net;
using System.Net.Sockets;
using Solya.Workflows.Engine.Outgoing;

namespace Solya.Workflows.Engine.Tests.Outgoing;

public sealed class AddressGuardTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.255")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.0.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("64:ff9b:1::8.8.8.8")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2002:808:808::1")]
    [InlineData("3fff::1")]
    [InlineData("fc00::1")]
    [InlineData("fdff::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void An_address_outside_the_public_internet_is_refused(string address)
    {
        Assert.False(AddressGuard.IsPublic(IPAddress.Parse(address)));
        Assert.True(new AddressGuard(new OutgoingOptions { AllowPrivateNetworks = true }).Allows(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.0.1.1")]
    [InlineData("198.20.0.1")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::808:808")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001::1")]
    public void A_public_address_is_allowed(string address) =>
        Assert.True(new AddressGuard(new OutgoingOptions()).Allows(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("LOCALHOST")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0x7f.1")]
    [InlineData("017700000001")]
    [InlineData("0177.0.0.1")]
    [InlineData("127.1")]
    [InlineData("127.0.0.1.")]
    [InlineData("0.0.0.0")]
    [InlineData("0")]
    [InlineData("①②⑦.0.0.1")]
    [InlineData("１２７.０.０.１")]
    [InlineData("127。0。0。1")]
    [InlineData("[::]")]
    [InlineData("[::1]")]
    [InlineData("[0:0:0:0:0:0:0:1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("[::127.0.0.1]")]
    [InlineData("[64:ff9b::7f00:1]")]
    [InlineData("[2002:7f00:1::]")]
    [InlineData("[fe80::1%25lo]")]
    public async Task No_spelling_of_loopback_reaches_it(string host)
    {
        await using var v4 = LoopbackHttp.Answering(200, "secret");
        await using var v6 = Socket.OSSupportsIPv6 ? new LoopbackHttp((_, _, _) => Task.CompletedTask, IPAddress.IPv6Any) : null;

        foreach (var port in new[] { v4.Port, v6?.Port ?? v4.Port })
        {
            var result = await Effects.CallAsync(new { method = "GET", url = $"http://{host}:{port}/" }, timeout: TimeSpan.FromSeconds(10), allowPrivate: false);

            // A spelling that is no host, or that nobody resolves, is refused before an address is known.
            Assert.Contains(result.Code, new[] { "HTTP_BLOCKED_ADDRESS", "HTTP_INVALID_REQUEST", "HTTP_CONNECTION", "HTTP_TIMEOUT" });
            Assert.DoesNotContain("secret", result.Message + result.Details, StringComparison.Ordinal);
        }

        Assert.Equal(0, v4.Connections);
        Assert.Equal(0, v6?.Connections ?? 0);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("2130706433")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("[64:ff9b::7f00:1]")]
    public async Task A_blocked_address_is_a_final_failure_that_names_only_the_host(string host)
    {
        await using var server = LoopbackHttp.Answering(200);

        var result = await Effects.CallAsync(new { method = "GET", url = $"http://{host}:{server.Port}/" }, allowPrivate: false);

        result.AssertFailed("HTTP_BLOCKED_ADDRESS", retryable: false);
    }

    [Fact]
    public async Task A_name_is_blocked_by_its_address_and_the_address_is_not_told()
    {
        var result = await Effects.CallAsync(new { method = "GET", url = "http://localhost/" }, allowPrivate: false);

        result.AssertFailed("HTTP_BLOCKED_ADDRESS", retryable: false);
        Assert.Contains("'localhost'", result.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_to_a_private_address_is_not_followed_even_where_private_networks_are_allowed()
    {
        await using var inside = LoopbackHttp.Answering(200, "secret");
        await using var server = LoopbackHttp.Answering(302, "", $"Location: {inside.Url}/\r\n");

        var result = await Effects.CallAsync(new { method = "GET", url = server.Url });

        result.AssertFailed("HTTP_STATUS", retryable: false);
        Assert.Equal(0, inside.Connections);
    }
}
