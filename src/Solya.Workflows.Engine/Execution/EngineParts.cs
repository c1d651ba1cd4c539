using Microsoft.Extensions.Logging;
using Solya.Workflows.Engine.Faults;
using Solya.Workflows.Queue;

namespace Solya.Workflows.Engine.Execution;

/// <summary>What every session works with.</summary>
internal sealed record EngineParts(
    IEngineStore Store,
    EffectRunner Effects,
    EngineOptions Options,
    DatabaseClock DatabaseClock,
    TimeProvider Clock,
    FaultPoints Faults,
    ILogger Logger,
    Action<DateTimeOffset> NoteDue,
    Action<RunKey> RunChanged)
{
    /// <summary>Random numbers from 0 up to 1.</summary>
    public static double Draw() => Random.Shared.NextDouble();
}
