namespace Solya.Workflows.Engine.Execution;

/// <summary>Holds the engine back until the tables of this binary are there.</summary>
public sealed class EngineStart
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _open.TrySetResult();

    public Task WaitAsync(CancellationToken ct) => _open.Task.WaitAsync(ct);
}
