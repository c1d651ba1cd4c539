using Solya.Workflows.Plans;

namespace Solya.Workflows.Tests.Plans;

public class PlanTransitionsTests
{
    // Read as: in this status, this trigger leads there. Everything not listed must be refused.
    private static readonly Dictionary<(PlanStatus, PlanTrigger), PlanStatus> Allowed = new()
    {
        [(PlanStatus.Draft, PlanTrigger.ItemsAdded)] = PlanStatus.Draft,
        [(PlanStatus.Draft, PlanTrigger.Validated)] = PlanStatus.Validated,
        [(PlanStatus.Draft, PlanTrigger.Closed)] = PlanStatus.Closed,
        [(PlanStatus.Validated, PlanTrigger.Validated)] = PlanStatus.Validated,
        [(PlanStatus.Validated, PlanTrigger.Closed)] = PlanStatus.Closed,
        [(PlanStatus.Closed, PlanTrigger.Closed)] = PlanStatus.Closed,
    };

    [Theory]
    [ClassData(typeof(EveryPair<PlanStatus, PlanTrigger>))]
    public void Every_status_and_trigger_pair_has_a_decided_outcome(PlanStatus from, PlanTrigger trigger)
        => Assert.Equal(Allowed.TryGetValue((from, trigger), out var to) ? to : null, PlanTransitions.Next(from, trigger));
}
