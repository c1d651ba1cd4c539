using Solya.Workflows.Execution;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;
using static Solya.Workflows.Tests.Graphs.Flow;

namespace Solya.Workflows.Tests.Graphs;

/// <summary>In which order and under which conditions the nodes of a graph run.</summary>
public class GraphShapeTests
{
    [Fact]
    public void Branches_run_side_by_side_and_the_join_waits_for_all()
    {
        var run = GraphRun.Start(Nodes(Entry, Http("a"), Http("b"), Http("c"), Flow.Text("join")), "start>a start>b start>c a>join b>join c>join");
        Assert.Equal(["a", "b", "c"], run.Running);

        run.Succeed("b").Succeed("a");
        Assert.Null(run.StatusOf("join"));
        Assert.Equal(RunStatus.Completed, run.Succeed("c").Status);
        Assert.Equal(StepStatus.Succeeded, run.StatusOf("join"));
    }

    [Theory]
    [InlineData("true", "yes", "no")]
    [InlineData("{{ context.ok }}", "yes", "no")]
    [InlineData("context.missing", "no", "yes")]
    [InlineData("context.n > 5", "no", "yes")]
    public void A_diamond_runs_one_side_skips_the_other_and_joins(string expression, string ran, string skipped)
    {
        var run = GraphRun.Start(
            Nodes(Node("if", "condition", $"\"expression\": \"{expression}\""), Flow.Text("yes"), Flow.Text("no"), Flow.Text("join")),
            "if>yes:true if>no:false yes>join no>join", """{ "ok": true, "n": 3 }""");

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(
            (StepStatus.Succeeded, StepStatus.Skipped, StepStatus.Succeeded), (run.StatusOf(ran), run.StatusOf(skipped), run.StatusOf("join")));
    }

    [Fact]
    public void What_only_skipped_nodes_lead_to_is_skipped_too()
    {
        var run = GraphRun.Start(
            Nodes(Node("if", "condition", "\"expression\": \"true\""), Flow.Text("a"), Flow.Text("b"), Flow.Text("c")), "if>a:false a>b if>b:false b>c");
        Assert.Equal([StepStatus.Skipped, StepStatus.Skipped, StepStatus.Skipped], new[] { "a", "b", "c" }.Select(node => run.StatusOf(node)!.Value));
        Assert.Equal(RunStatus.Completed, run.Status);
    }

    [Theory]
    [InlineData("\"red\"", "red")]
    [InlineData("2", "two")]
    [InlineData("true", "yes")]
    [InlineData("\"green\"", "other")]
    [InlineData("null", "other")]
    [InlineData("\"error\"", "other")]
    [InlineData("\"default\"", "other")]
    public void A_switch_goes_by_the_name_of_its_value_or_by_default(string value, string ran)
    {
        string[] ways = ["red", "two", "yes", "other", "broken"];
        var run = GraphRun.Start(
            Nodes([Node("choice", "switch", "\"expression\": \"{{ context.v }}\""), .. ways.Select(way => Flow.Text(way))]),
            "choice>red:red choice>two:2 choice>yes:true choice>other:default choice>broken:error", $$"""{ "v": {{value}} }""");

        Assert.Equal(ran, Assert.Single(ways, way => run.StatusOf(way) == StepStatus.Succeeded));
        Assert.All(ways.Where(way => way != ran), way => Assert.Equal(StepStatus.Skipped, run.StatusOf(way)));
    }

    [Fact]
    public void A_switch_without_a_way_for_its_value_ends_there()
    {
        var run = GraphRun.Start(Nodes(Node("choice", "switch", "\"expression\": \"1\""), Flow.Text("two")), "choice>two:2");
        Assert.Equal((RunStatus.Completed, StepStatus.Skipped), (run.Status, run.StatusOf("two")));
    }

    [Fact]
    public void A_switch_whose_value_is_missing_takes_its_error_handle()
    {
        var run = GraphRun.Start(Nodes(Node("choice", "switch", "\"expression\": \"context.v\""), Flow.Text("none"), Flow.Text("other")), "choice>none:error choice>other:default");
        Assert.Equal((StepStatus.Succeeded, StepStatus.Skipped), (run.StatusOf("none"), run.StatusOf("other")));
    }

    [Fact]
    public void A_switch_that_may_fail_goes_on_by_default()
    {
        var run = GraphRun.Start(Nodes(Node("choice", "switch", "\"expression\": \"context.v\", \"continueOnError\": true"), Flow.Text("one"), Flow.Text("other")), "choice>one:1 choice>other:default");
        Assert.Equal((StepStatus.Skipped, StepStatus.Succeeded, RunStatus.Completed), (run.StatusOf("one"), run.StatusOf("other"), run.Status));
    }

    [Fact]
    public void A_failure_with_an_error_handle_leads_there_and_the_run_goes_on()
    {
        var run = GraphRun.Start(Nodes(Http("a"), Flow.Text("ok"), Flow.Text("rescue", "{{ nodes.a.error.code }}"), Flow.Text("join")), "a>ok:success a>rescue:error ok>join rescue>join").Fail("a");

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.True(run.Step("a").IsErrorHandled);
        Assert.Equal((StepStatus.Skipped, StepStatus.Succeeded), (run.StatusOf("ok"), run.StatusOf("join")));
        Assert.Equal("\"BROKEN\"", run.OutputOf("rescue"));
    }

    [Fact]
    public void An_error_handle_that_nothing_failed_for_is_skipped()
    {
        var run = GraphRun.Start(Nodes(Http("a"), Flow.Text("ok"), Flow.Text("rescue")), "a>ok:true a>rescue:error").Succeed("a");
        Assert.Equal((RunStatus.Completed, StepStatus.Succeeded, StepStatus.Skipped), (run.Status, run.StatusOf("ok"), run.StatusOf("rescue")));
    }

    [Fact]
    public void A_failure_without_an_error_handle_fails_the_run_and_calls_off_the_rest()
    {
        var run = GraphRun.Start(Nodes(Http("a"), Http("b"), Flow.Text("join")), "a>join b>join").Fail("a");
        Assert.Equal((RunStatus.Failed, StepStatus.Cancelled, null), (run.Status, run.StatusOf("b"), run.StatusOf("join")));
    }

    [Fact]
    public void Without_a_trigger_the_run_starts_at_every_node_that_no_edge_enters()
        => Assert.Equal(["a", "b"], GraphRun.Start(Nodes(Http("a"), Http("b"), Http("c")), "a>c b>c").Running);

    [Fact]
    public void With_a_trigger_the_run_starts_there_alone()
    {
        var run = GraphRun.Start(Nodes(Entry, Flow.Text("a"), Http("stray"), Http("behind")), "start>a stray>behind");
        Assert.Equal((RunStatus.Completed, StepStatus.Skipped, StepStatus.Skipped), (run.Status, run.StatusOf("stray"), run.StatusOf("behind")));
    }

    [Fact]
    public void A_node_with_one_taken_and_one_untaken_edge_runs_once_both_are_decided()
    {
        var run = GraphRun.Start(
            Nodes(Node("if", "condition", "\"expression\": \"true\""), Flow.Text("never"), Http("slow"), Flow.Text("join")), "if>never:false never>join if>slow:true slow>join");
        Assert.Null(run.StatusOf("join"));
        Assert.Equal(StepStatus.Succeeded, run.Succeed("slow").StatusOf("join"));
    }

    [Fact]
    public void Two_ways_between_the_same_nodes_are_one_reason_to_run()
    {
        var run = GraphRun.Start(Nodes(Node("if", "condition", "\"expression\": \"false\""), Flow.Text("a")), "if>a:true if>a:false");
        Assert.Equal(StepStatus.Succeeded, run.StatusOf("a"));
    }

    [Fact]
    public void An_iterator_gives_one_entry_per_item_in_order_whichever_ends_first()
    {
        var run = GraphRun.Start(
            Nodes(Iterator("each", "\"items\": \"{{ context.list }}\"", Nodes(Http("call"), Flow.Text("line", "{{ index }}:{{ item }}={{ call.n }}")), Edges("call>line")), Flow.Text("after", "{{ each[2] }}")),
            "each>after", """{ "list": ["a", "b", "c"] }""");
        Assert.Equal(["call.0", "call.1", "call.2"], run.Running);

        run.Succeed("call", """{"n":30}""", "2").Succeed("call", """{"n":10}""", "0").Succeed("call", """{"n":20}""", "1");

        Assert.Equal("""["0:a=10","1:b=20","2:c=30"]""", run.OutputOf("each"));
        Assert.Equal("\"2:c=30\"", run.OutputOf("after"));
    }

    [Fact]
    public void An_iterator_works_on_as_many_items_as_its_concurrency_says()
    {
        var run = GraphRun.Start(Nodes(Iterator("each", "\"items\": [1, 2, 3, 4], \"concurrency\": 2", Nodes(Http("call")))));
        Assert.Equal(["call.0", "call.1"], run.Running);
        Assert.Equal(["call.0", "call.2"], run.Succeed("call", iteration: "1").Running);
        Assert.Equal(["call.2", "call.3"], run.Succeed("call", iteration: "0").Running);
    }

    [Fact]
    public void A_failed_item_fails_the_iterator_and_its_error_handle_takes_it()
    {
        var run = GraphRun.Start(Nodes(Iterator("each", "\"items\": [1, 2]", Nodes(Http("call"))), Flow.Text("rescue")), "each>rescue:error").Fail("call", "1");
        Assert.Equal((RunStatus.Completed, StepStatus.Failed, StepStatus.Cancelled), (run.Status, run.StatusOf("each"), run.StatusOf("call", "0")));
        Assert.Equal(StepStatus.Succeeded, run.StatusOf("rescue"));
    }

    [Fact]
    public void An_iterator_takes_a_thousand_items_and_no_more()
    {
        static GraphRun Over(int count) => GraphRun.Start(
            Nodes(Iterator("each", "\"items\": \"{{ context.list }}\", \"concurrency\": 1000", Nodes(Flow.Text("line", "{{ index }}")))),
            context: $$"""{ "list": [{{string.Join(',', Enumerable.Range(0, count))}}] }""");
        Assert.Equal(1_000, Over(1_000).Step("each").Output!.Element.GetArrayLength());
        Assert.Equal(StepError.InvalidConfig, Over(1_001).State.Error!.Code);
    }

    [Fact]
    public void Iterators_inside_of_iterators_see_the_innermost_item_and_the_nodes_around()
    {
        var run = GraphRun.Start(Nodes(Iterator(
            "outer", "\"items\": [[1, 2], [3]]",
            Nodes(Flow.Text("name", "row {{ index }}"), Iterator("inner", "\"items\": \"{{ item }}\"", Nodes(Flow.Text("cell", "{{ name }} cell {{ item }}")))),
            Edges("name>inner"))));
        Assert.Equal("""[["row 0 cell 1","row 0 cell 2"],["row 1 cell 3"]]""", run.OutputOf("outer"));
    }

    [Fact]
    public void Two_hundred_branches_begin_in_one_advance_and_join_in_the_last()
    {
        string[] branches = [.. Enumerable.Range(0, 200).Select(i => $"n{i}")];
        var run = GraphRun.Start(
            Nodes([Entry, .. branches.Select(branch => Http(branch)), Flow.Text("join")]), string.Join(' ', branches.Select(branch => $"start>{branch} {branch}>join")));
        Assert.Equal(200, run.Last.Effects.Count);

        run.Advance([.. branches.Select(branch => new EffectSucceeded(new(branch, ""), 1, new("{}")))]);

        Assert.Equal((2, RunStatus.Completed), (run.Advances, run.Status));
        Assert.Equal(201, run.Last.Steps.Count);
    }

    [Fact]
    public void Nodes_without_effects_run_in_one_advance_however_many_they_are()
    {
        string[] chain = [.. Enumerable.Range(0, 500).Select(i => $"n{i}")];
        var run = GraphRun.Start(Nodes(chain.Select(node => Flow.Text(node))), string.Join(' ', chain.Zip(chain.Skip(1), (a, b) => $"{a}>{b}")));
        Assert.Equal((1, RunStatus.Completed), (run.Advances, run.Status));
    }
}
