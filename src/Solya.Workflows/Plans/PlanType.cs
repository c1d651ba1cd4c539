using Solya.Workflows.Wire;

namespace Solya.Workflows.Plans;

public enum PlanType
{
    [Wire("RESTOCK")]
    Restock,

    [Wire("REBALANCE")]
    Rebalance,

    [Wire("MARKDOWN")]
    Markdown,

    [Wire("SUPPLIER_RETURN")]
    SupplierReturn,

    [Wire("SUPPLIER_EXCHANGE")]
    SupplierExchange,
}
