using Solya.Workflows.Ids;

namespace Solya.Workflows.Tests.Ids;

public class NaturalKeyTests
{
    [Fact]
    public void The_boundary_between_two_parts_counts()
    {
        Assert.NotEqual(NaturalKey.Of("a", "bc"), NaturalKey.Of("ab", "c"));
        Assert.NotEqual(NaturalKey.Of("abc"), NaturalKey.Of("a", "bc"));
        Assert.NotEqual(NaturalKey.Of("", "abc"), NaturalKey.Of("abc", ""));
        Assert.NotEqual(NaturalKey.Of("a", "b"), NaturalKey.Of("b", "a"));
    }

    [Fact]
    public void An_absent_part_is_not_an_empty_one()
    {
        Assert.NotEqual(NaturalKey.Of("a", null), NaturalKey.Of("a", ""));
        Assert.NotEqual(NaturalKey.Of("a", null), NaturalKey.Of("a"));
        Assert.NotEqual(NaturalKey.Of(null, "a"), NaturalKey.Of("a", null));
    }

    [Fact]
    public void A_part_cannot_pretend_to_be_two()
        => Assert.NotEqual(NaturalKey.Of("a", "b"), NaturalKey.Of("a\0\0\0\u0001b"));

    [Fact]
    public void The_key_of_stored_rows_stays()
        // Stored rows carry it: another rule would give every candidate a second open task.
        => Assert.Equal(new Guid("06729095-9948-47ca-0557-1af83c84d55c"), NaturalKey.Of("restock", "variant-uuid-1", "shop-uuid-1"));

    [Theory]
    [InlineData(300)]
    [InlineData(341)]
    [InlineData(342)]
    [InlineData(2_000)]
    [InlineData(1_000_000)]
    public void A_part_may_be_of_any_length(int length)
    {
        var text = new string('é', length);

        Assert.Equal(NaturalKey.Of(text, "b"), NaturalKey.Of(new string('é', length), "b"));
        Assert.NotEqual(NaturalKey.Of(text, "b"), NaturalKey.Of(text + "é", "b"));
    }

    [Fact]
    public void Different_pairs_have_different_keys()
    {
        string?[] parts = [null, "", "a", "b", "ab", "ba", "abc", "\0", "é", "e\u0301"];
        var pairs = parts.SelectMany(first => parts.Select(second => (first, second))).ToList();

        Assert.Equal(pairs.Count, pairs.Select(pair => NaturalKey.Of(pair.first, pair.second)).Distinct().Count());
    }
}
