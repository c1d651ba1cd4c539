using Solya.Workflows.Api.Json;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Events;
using Solya.Workflows.Ids;

namespace Solya.Workflows.Api.V1.Events;

/// <param name="After">Only events with a greater sequence; excludes page.</param>
public sealed record ListEventsQuery(OldestFirstPage Page, long? After) : IQueryRequest<ListEventsQuery>
{
    static ListEventsQuery IQueryRequest<ListEventsQuery>.Read(QueryFields query) => new(query.OldestFirstPage(), query.OptionalPlace("after"));
}

/// <summary>One line of a run's history.</summary>
/// <param name="Sequence">From 1, without a gap or a repeat within the run.</param>
/// <param name="StepName">The step it tells of; null when it tells of the run.</param>
/// <param name="Status">The status of that step, or else of the run, after it.</param>
/// <param name="Payload">What else there is to say.</param>
public sealed record EventResponse(
    string Id, long Sequence, string EventType, string? StepName, string Status, RawJson? Payload, DateTimeOffset CreatedAt)
{
    internal static EventResponse Of(RecordedEvent recorded) => new(
        PublicId.Format(PublicId.Event, EventIds.Of(recorded.Event.RunId, recorded.Event.Sequence)),
        recorded.Event.Sequence,
        recorded.Event.EventType,
        recorded.StepName,
        recorded.Event.Status,
        RawJson.Of(recorded.Event.Payload),
        recorded.Event.CreatedAt);
}
