using Solya.Workflows.Events;
using Solya.Workflows.Execution;
using Solya.Workflows.Graphs;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Tests.Execution;

/// <summary>What holds for every definition, whatever happens to its run; <see cref="RunDriver"/> checks the rest.</summary>
public class RandomRunsTests
{
    private const int Times = 1_500;

    [Fact]
    public void Every_run_comes_to_an_end_that_makes_sense_whoever_executes_it()
        => Seeded.ForAll(Times, RandomRun.Make, made =>
        {
            var processes = new Random(made.Seed + 1);
            var run = made.Live(run =>
            {
                if (processes.Next(4) == 0)
                {
                    run.Reload(processes); // the database promises no order
                }
            });

            Assert.Distinct(run.Events.Where(happening => happening.EventType == RunEventTypes.StepCompleted).Select(happening => happening.StepId));
            Assert.DoesNotContain(run.Run.Steps.Values, step => step.Output?.Text == RandomRun.Stale);
            if (run.Run.Status == RunStatus.Completed)
            {
                EndedWithin(run, run.Graph, "");
                Assert.All(
                    run.Run.Steps.Values.Where(step => step.Status is StepStatus.Failed or StepStatus.Cancelled),
                    step => Assert.True(step.IsErrorHandled, $"{step.Key} is {step.Status}."));
            }
        });

    [Fact]
    public void A_run_that_another_process_takes_over_at_every_look_has_the_same_history()
        => Seeded.ForAll(Times, RandomRun.Make, made =>
        {
            var stays = made.Live(_ => { });
            var moves = made.Live(run => run.Reload());

            Assert.Equal(stays.Events, moves.Events);
            Assert.Equal(stays.Run.Status, moves.Run.Status);
            Assert.Equal(stays.Run.State.Text, moves.Run.State.Text);
            Assert.Equal(stays.Run.Output?.Text, moves.Run.Output?.Text);
            Assert.Equal(stays.Run.Error, moves.Run.Error);
        });

    private static void EndedWithin(RunDriver run, WorkflowGraph graph, string iteration)
    {
        foreach (var node in graph.Nodes)
        {
            Assert.True(run.Has(node.Id, iteration), $"{node.Id} [{iteration}] was left out.");
            var step = run[node.Id, iteration];
            Assert.True(step.Status.IsTerminal());
            if (step.Status != StepStatus.Succeeded)
            {
                continue;
            }

            foreach (var body in WorkflowGraph.BodiesOf(node))
            {
                var inside = node is ForeachNode
                    ? Enumerable.Range(0, step.Config!.Element.GetProperty("items").GetArrayLength()).Select(place => StepKey.Within(iteration, place))
                    : [iteration];
                foreach (var place in inside)
                {
                    EndedWithin(run, body, place);
                }
            }
        }
    }
}
