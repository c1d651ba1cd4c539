using Solya.Workflows.Ids;

namespace Solya.Workflows.Tests.Ids;

public class StepIdsTests
{
    private readonly IdGenerator _ids = new(TimeProvider.System);

    [Fact]
    public void A_step_id_follows_from_run_and_node_alone()
    {
        var run = new Guid("01890a5d-ac96-774b-bcce-b302099a8057");

        Assert.Equal(StepIds.Of(run, "action-node-2"), StepIds.Of(run, "action-node-2"));
        // Stored steps carry it: another rule would make a repeat of theirs a second step.
        Assert.Equal(new Guid("01890a5d-ac96-774b-8341-d8499cb3085e"), StepIds.Of(run, "action-node-2"));
    }

    [Fact]
    public void Distinct_nodes_and_distinct_runs_have_distinct_steps()
    {
        var runs = Enumerable.Range(0, 50).Select(_ => _ids.NextId()).ToList();
        var steps = runs.SelectMany(run => Enumerable.Range(0, 50).Select(node => StepIds.Of(run, $"node-{node}"))).ToList();

        Assert.Equal(steps.Count, steps.Distinct().Count());
    }

    [Theory]
    [InlineData("a", "A")]
    [InlineData("a", "a ")]
    [InlineData("é", "e\u0301")]
    [InlineData("node", "node\0")]
    public void Nodes_that_look_alike_are_distinct(string one, string other)
    {
        var run = _ids.NextId();

        Assert.NotEqual(StepIds.Of(run, one), StepIds.Of(run, other));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(100_000)]
    public void A_node_may_be_of_any_length(int length)
    {
        var run = _ids.NextId();

        Assert.NotEqual(StepIds.Of(run, new string('n', length)), StepIds.Of(run, new string('n', length - 1) + "m"));
    }

    [Fact]
    public void The_range_of_a_step_holds_its_run()
        => Seeded.ForAll(1_000, random => new string((char)random.Next(1, 0xD800), random.Next(1, 700)), node =>
        {
            var run = _ids.NextId();
            var step = StepIds.Of(run, node);
            var (lowest, highest) = StepIds.RunRangeOf(step);
            Assert.True(Compare(lowest, run) <= 0 && Compare(run, highest) <= 0);
            Assert.Equal(7, step.Version);
            Assert.Equal(0b1000, step.Variant & 0b1100);
        });

    [Fact]
    public void The_range_of_a_step_leaves_other_runs_out()
    {
        var runs = Enumerable.Range(0, 100).Select(_ => _ids.NextId()).ToList();

        foreach (var run in runs)
        {
            var (lowest, highest) = StepIds.RunRangeOf(StepIds.Of(run, "node"));
            Assert.Equal([run], runs.Where(other => Compare(lowest, other) <= 0 && Compare(other, highest) <= 0));
        }
    }

    // As PostgreSQL orders uuids: by their bytes.
    private static int Compare(Guid left, Guid right) => left.ToByteArray(bigEndian: true).AsSpan().SequenceCompareTo(right.ToByteArray(bigEndian: true));
}
