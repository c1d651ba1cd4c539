using Solya.Workflows.StepPatches;
using Solya.Workflows.Steps;

namespace Solya.Workflows.Postgres.Repositories;

/// <summary>One entry of a batch: a report or a patch, never both.</summary>
public readonly record struct StepWrite
{
    public StepWrite(StepReport report) => Report = report;

    public StepWrite(StepPatch patch) => Patch = patch;

    public StepReport? Report { get; }

    public StepPatch? Patch { get; }

    public string OrganizationId => Report?.OrganizationId ?? Patch!.OrganizationId;

    public Guid StepId => Report?.StepId ?? Patch!.StepId;

    public DateTimeOffset ReceivedAt => Report?.ReceivedAt ?? Patch!.ReceivedAt;
}
