using Solya.Workflows.Tasks;
using static Solya.Workflows.Tasks.TaskTrigger;
using static Solya.Workflows.Tasks.WorkflowTaskStatus;

namespace Solya.Workflows.Tests.Tasks;

public class TaskTransitionsTests
{
    // Read as: in this status, this trigger leads there. Everything not listed must be refused.
    private static readonly Dictionary<(WorkflowTaskStatus, TaskTrigger), WorkflowTaskStatus> Allowed = new()
    {
        [(Open, Recommended)] = Open,
        [(Open, MarkedDone)] = Done,
        [(Open, TaskTrigger.Dismissed)] = WorkflowTaskStatus.Dismissed,
    };

    [Theory]
    [ClassData(typeof(EveryPair<WorkflowTaskStatus, TaskTrigger>))]
    public void Every_status_and_trigger_pair_has_a_decided_outcome(WorkflowTaskStatus from, TaskTrigger trigger)
        => Assert.Equal(Allowed.TryGetValue((from, trigger), out var to) ? to : null, TaskTransitions.Next(from, trigger));
}
