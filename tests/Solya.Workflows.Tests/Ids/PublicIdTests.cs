using Solya.Workflows.Ids;

namespace Solya.Workflows.Tests.Ids;

public class PublicIdTests
{
    private const string Letters = "0123456789abcdefghjkmnpqrstvwxyz";

    [Fact]
    public void An_id_reads_back_as_itself()
        => Seeded.ForAll(2_000, AnyGuid, id =>
        {
            var text = PublicId.Format(PublicId.Run, id);
            Assert.Equal(32, text.Length);
            Assert.All(text[6..], letter => Assert.Contains(letter, Letters));
            Assert.Equal(id, PublicId.Parse(PublicId.Run, text));
        });

    [Fact]
    public void A_text_is_an_id_only_when_it_is_the_id_it_reads_as()
        => Seeded.ForAll(
            20_000,
            random => random.Damage(PublicId.Format(PublicId.Task, AnyGuid(random)), [.. Letters, 'A', 'i', 'l', 'o', 'u', '_', ' ', '\0', 'ß', '０']),
            text =>
            {
                if (PublicId.Parse(PublicId.Task, text) is { } id)
                {
                    Assert.Equal(text, PublicId.Format(PublicId.Task, id));
                }
            });

    [Fact]
    public void Arbitrary_text_is_no_id()
        => Seeded.ForAll(
            5_000,
            random => string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => (char)random.Next(0x10000))),
            text => Assert.Null(PublicId.Parse("", text)));

    [Fact]
    public void Ids_sort_as_their_texts_do()
    {
        var clock = TimeProvider.System;
        var ids = new IdGenerator(clock);
        var made = Enumerable.Range(0, 1_000).Select(_ => PublicId.Format(PublicId.Run, ids.NextId())).ToList();

        Assert.Equal(made.Order(StringComparer.Ordinal), made);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wfrun_")]
    [InlineData("wfrun_0000000000000000000000000")] // 25
    [InlineData("wfrun_000000000000000000000000000")] // 27
    [InlineData("wfstep_00000000000000000000000000")]
    [InlineData("wfrun-00000000000000000000000000")]
    [InlineData("WFRUN_00000000000000000000000000")]
    [InlineData("wfrun_0000000000000000000000000A")]
    [InlineData("wfrun_0000000000000000000000000i")]
    [InlineData("wfrun_0000000000000000000000000l")]
    [InlineData("wfrun_0000000000000000000000000o")]
    [InlineData("wfrun_0000000000000000000000000u")]
    [InlineData("wfrun_0000000000000000000000000é")]
    [InlineData("wfrun_0000000000000000000000000\0")]
    [InlineData("wfrun_80000000000000000000000000")] // bit 128
    [InlineData("wfrun_zzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("01890a5d-ac96-774b-bcce-b302099a8057")]
    public void Any_other_text_is_unknown(string? text) => Assert.Null(PublicId.Parse(PublicId.Run, text));

    [Fact]
    public void The_largest_id_fits()
    {
        var text = PublicId.Format(PublicId.Run, Guid.AllBitsSet);

        Assert.Equal("wfrun_7zzzzzzzzzzzzzzzzzzzzzzzzz", text);
        Assert.Equal(Guid.AllBitsSet, PublicId.Parse(PublicId.Run, text));
    }

    private static Guid AnyGuid(Random random)
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
