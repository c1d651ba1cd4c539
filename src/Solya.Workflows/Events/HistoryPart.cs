using Solya.Workflows.Runs;

namespace Solya.Workflows.Events;

/// <summary>A part of a run's history, oldest first.</summary>
/// <param name="Status">The run's own, at the newest event.</param>
/// <param name="Newest">The sequence of the run's newest event, which is also how many it has.</param>
public sealed record HistoryPart(RunStatus Status, long Newest, IReadOnlyList<RecordedEvent> Events);

/// <param name="StepName">The node of the step it tells of; null when it tells of the run.</param>
public readonly record struct RecordedEvent(RunEvent Event, string? StepName);
