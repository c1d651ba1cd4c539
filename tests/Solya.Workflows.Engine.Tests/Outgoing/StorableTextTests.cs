using System.Text;
using Solya.Workflows.Engine.Outgoing;

namespace Solya.Workflows.Engine.Tests.Outgoing;

public sealed class StorableTextTests
{
    // Not in attributes, whose text is UTF-8 and so cannot hold a lone surrogate.
    [Fact]
    public void What_cannot_be_stored_is_replaced()
    {
        Assert.Equal("plain 😀", StorableText.Clean("plain 😀"));
        Assert.Equal("a\uFFFDb", StorableText.Clean("a\0b"));
        Assert.Equal("\uFFFD", StorableText.Clean("\uD83D"));
        Assert.Equal("\uFFFDx", StorableText.Clean("\uDE00x"));
        Assert.Equal("\uFFFD😀", StorableText.Clean("\uD83D\uD83D\uDE00"));
    }

    [Fact]
    public void Invalid_bytes_are_replaced_and_a_byte_order_mark_is_dropped() =>
        Assert.Equal("a\uFFFDb", StorableText.Decode([0xEF, 0xBB, 0xBF, (byte)'a', 0xFF, (byte)'b'], Encoding.UTF8, whole: true));

    [Fact]
    public void A_character_cut_in_half_is_left_out() =>
        Assert.Equal("a", StorableText.Decode([(byte)'a', 0xE2, 0x82], Encoding.UTF8, whole: false));
}
