namespace Solya.Workflows.Api.Validation;

/// <summary>A request of one organization.</summary>
internal interface IRequest
{
    /// <summary>Null where the credential names the organization, and where a route lets it out.</summary>
    string? OrganizationId => null;
}

/// <summary>A request that is read from a JSON body.</summary>
internal interface IBodyRequest<TSelf> : IRequest
{
    /// <summary>Whether the body may be missing; it then reads as <c>{}</c>.</summary>
    static virtual bool IsBodyOptional => false;

    /// <summary>The largest body in bytes.</summary>
    static virtual int MaxBodyBytes => RequestBody.OrdinaryBytes;

    /// <summary>Reads what can be read; what cannot is noted in the fields' errors.</summary>
    static abstract TSelf Read(JsonFields body);
}

/// <summary>A request that is read from the query.</summary>
internal interface IQueryRequest<TSelf> : IRequest
{
    /// <inheritdoc cref="IBodyRequest{TSelf}.Read"/>
    static abstract TSelf Read(QueryFields query);
}
