using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.V1.Steps;

public sealed record ListStepsQuery(OldestFirstPage Page) : IQueryRequest<ListStepsQuery>
{
    static ListStepsQuery IQueryRequest<ListStepsQuery>.Read(QueryFields query) => new(query.OldestFirstPage());
}
