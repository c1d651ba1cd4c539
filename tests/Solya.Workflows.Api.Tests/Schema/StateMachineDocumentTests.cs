using System.Text;
using Solya.Workflows.Plans;
using Solya.Workflows.Runs;
using Solya.Workflows.Steps;
using Solya.Workflows.Tasks;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Api.Tests.Schema;

public class StateMachineDocumentTests
{
    private const string Preamble =
        """
        # State machines

        Read a row as: in this status, that trigger leads to the status in its column. `=` stays where it is, a blank is refused.
        What a status means, who moves it on and what happens if that actor dies stands at the status itself, what a trigger
        means at the trigger. The transitions are decided in one place each; storage applies them by compare-and-swap or under
        the row's lock. A test writes this file: run it with `SOLYA_UPDATE_DOCS=1` after a change.

        """;

    [Fact]
    public void The_document_says_what_the_transitions_say()
    {
        var text = new StringBuilder(Preamble);
        Append<RunStatus, RunTrigger>(text, "Run", "Runs/RunTransitions.cs", RunTransitions.Next);
        Append<StepStatus, StepTrigger>(text, "Step", "Steps/StepTransitions.cs", StepTransitions.Next);
        Append<WorkflowTaskStatus, TaskTrigger>(text, "Task", "Tasks/TaskTransitions.cs", TaskTransitions.Next);
        Append<PlanStatus, PlanTrigger>(text, "Plan", "Plans/PlanTransitions.cs", PlanTransitions.Next);

        CommittedFile.AssertSays(text.ToString(), "SOLYA_UPDATE_DOCS", "docs", "state-machines.md");
    }

    private static void Append<TStatus, TTrigger>(StringBuilder text, string name, string file, Func<TStatus, TTrigger, TStatus?> next)
        where TStatus : struct, Enum
        where TTrigger : struct, Enum
    {
        text.Append($"\n## {name}\n\n`src/Solya.Workflows/{file}`\n\n");
        text.Append("| trigger |").AppendJoin("", Enum.GetValues<TStatus>().Select(status => $" {status.Text()} |")).Append('\n');
        text.Append("| --- |").AppendJoin("", Enum.GetValues<TStatus>().Select(_ => " --- |")).Append('\n');
        foreach (var trigger in Enum.GetValues<TTrigger>())
        {
            text.Append($"| {trigger} |");
            foreach (var from in Enum.GetValues<TStatus>())
            {
                var to = next(from, trigger);
                text.Append(to is null ? " |" : EqualityComparer<TStatus>.Default.Equals(to.Value, from) ? " = |" : $" {to.Value.Text()} |");
            }

            text.Append('\n');
        }
    }
}
