using Solya.Workflows.Graphs;

namespace Solya.Workflows.Engine.Handlers;

/// <summary>Does nothing, through all the stations of an effect: for measuring the engine.</summary>
internal sealed class NoOperationHandler : IEffectHandler
{
    public string Name => BuiltInHandlers.NoOperation;

    public Task<EffectResult> ExecuteAsync(EffectRequest request, CancellationToken ct) => Task.FromResult(EffectResult.Succeeded("{}"));
}
