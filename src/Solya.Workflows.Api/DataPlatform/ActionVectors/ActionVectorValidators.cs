using FluentValidation;
using Solya.Workflows.Api.Validation;

namespace Solya.Workflows.Api.DataPlatform.ActionVectors;

internal sealed class PutActionVectorsValidator : AbstractValidator<PutActionVectorsRequest>
{
    public PutActionVectorsValidator()
    {
        RuleFor(r => r.OrganizationId).Name();
        RuleFor(r => r.Vectors).Custom((vectors, context) =>
        {
            foreach (var (index, vector) in (vectors ?? []).Index())
            {
                Emptiness.Check(vector?.VariantId, $"vectors[{index}].variantId", context);
                Emptiness.Check(vector?.ShopId, $"vectors[{index}].shopId", context);
            }
        });
    }
}
