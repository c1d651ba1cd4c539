using System.Globalization;
using Microsoft.Extensions.Options;
using Solya.Workflows.Api.Errors;
using Solya.Workflows.Api.OpenApi;
using Solya.Workflows.Api.Security;
using Solya.Workflows.Api.Validation;
using Solya.Workflows.Ids;
using Solya.Workflows.Postgres.Repositories;
using Solya.Workflows.Runs;

namespace Solya.Workflows.Api.V1.Events;

internal static class EventEndpoints
{
    private const string LastEventId = "Last-Event-ID";

    public static void MapEvents(this IEndpointRouteBuilder api)
    {
        var events = api.MapGroup("/workflow-runs/{id}/events").WithTags("Runs");

        events.MapGet("/", ListAsync)
            .ValidateQuery<ListEventsQuery>()
            .AnswersList<EventResponse>(400, 404)
            .WithName("ListRunEvents")
            .WithSummary("Read a run's history, oldest first");
        events.MapGet("/stream", StreamAsync)
            .WithMetadata(new HeaderMetadata(LastEventId, "The sequence of the last event that arrived; the stream goes on behind it."))
            .AnswersStream(400, 404)
            .WithName("StreamRunEvents")
            .WithSummary("Follow a run's history as server-sent events; Last-Event-ID goes on behind that sequence");
    }

    private static async Task<Answer> ListAsync(
        HttpContext context, string id, Input<ListEventsQuery> input, EventRepository events, CancellationToken ct)
    {
        var query = input.Value;
        if (PublicId.Parse(PublicId.Run, id) is not { } runId
            || await events.ListEventsAsync(Caller.Of(context).OrganizationId, runId, query.After ?? query.Page.Offset, query.Page.Size, ct) is not { } part)
        {
            return V1Errors.RunNotFound();
        }

        return V1Answers.List(
            part.Events.Select(EventResponse.Of), query.After is null ? query.Page.Number : null, query.Page.Size, part.Newest, V1Json.Face.ListResponseEventResponse);
    }

    private static async Task<IResult> StreamAsync(
        HttpContext context, string id, EventRepository events, IOptions<EventStreamOptions> options, IHostApplicationLifetime lifetime, TimeProvider clock, CancellationToken ct)
    {
        if (!TryReadPlace(context.Request.Headers[LastEventId], out var after))
        {
            return V1Errors.Instance.Invalid([new(LastEventId, FieldErrorCodes.InvalidValue, $"'{LastEventId}' must be the sequence of an event.")]);
        }

        var organization = Caller.Of(context).OrganizationId;
        if (PublicId.Parse(PublicId.Run, id) is not { } runId
            || await events.ListEventsAsync(organization, runId, after, EventStream.PartSize, ct) is not { } part)
        {
            return V1Errors.RunNotFound();
        }

        // A client that is told 204 does not come back for more; after any other end it does.
        return part.Status.IsTerminal() && part.Newest <= after
            ? TypedResults.NoContent()
            : new EventStream(events, new(organization, runId), after, part, options.Value.Heartbeat, clock, lifetime.ApplicationStopping);
    }

    private static bool TryReadPlace(Microsoft.Extensions.Primitives.StringValues header, out long after)
    {
        after = 0;
        return header.Count == 0
            || (header.Count == 1 && long.TryParse(header[0], NumberStyles.None, CultureInfo.InvariantCulture, out after));
    }
}
