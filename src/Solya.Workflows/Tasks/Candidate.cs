using Solya.Workflows.Ids;
using Solya.Workflows.Wire;

namespace Solya.Workflows.Tasks;

/// <summary>What a task may be made for: a variant in a shop, seen under one domain.</summary>
public readonly record struct Candidate(TaskDomain Domain, string VariantId, string ShopId)
{
    /// <summary>The one key that tasks and action vectors share.</summary>
    public Guid Key => NaturalKey.Of(Domain.Text(), VariantId, ShopId);
}
