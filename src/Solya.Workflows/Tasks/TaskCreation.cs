namespace Solya.Workflows.Tasks;

/// <summary>A run's wish for tasks over its perimeter.</summary>
/// <param name="Candidates">Each at most once.</param>
/// <param name="MinConfidence">0 to 1; a candidate whose vector has a numeric confidence below it is suppressed.</param>
/// <param name="WorkflowRunId">Stamped on every task it makes or refreshes.</param>
public sealed record TaskCreation(
    string OrganizationId, IReadOnlyList<Candidate> Candidates, double MinConfidence, string WorkflowRunId);

/// <summary>How many candidates became new tasks, refreshed open ones, or were suppressed; together all of them.</summary>
public readonly record struct TaskCreationResult(int Created, int Updated, int Suppressed);
