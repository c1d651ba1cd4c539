using System.Text.Json;

namespace Solya.Workflows.Benchmarks;

/// <summary>A worker outside of the service, on one connection: it claims ten steps, completes each, and claims again.</summary>
internal sealed class Worker
{
    private readonly Workspace _workspace;
    private readonly ReadOnlyMemory<byte> _claim;
    private readonly Queue<ReadOnlyMemory<byte>> _reports = [];
    private bool _isClaiming;

    public Worker(Workspace workspace, string handler, int number)
    {
        _workspace = workspace;
        _claim = workspace.Post("/v1/worker/claim", $$"""{"handlers":["{{handler}}"],"workerId":"worker-{{number}}","max":10}""").With(0);
    }

    /// <summary>Steps completed so far.</summary>
    public int Completed { get; private set; }

    public ReadOnlyMemory<byte> Next()
    {
        _isClaiming = _reports.Count == 0;
        return _isClaiming ? _claim : _reports.Dequeue();
    }

    public void Receive(ReadOnlySpan<byte> answer)
    {
        if (!_isClaiming)
        {
            Completed++;
            return;
        }

        using var body = JsonDocument.Parse(answer.ToArray());
        foreach (var step in body.RootElement.GetProperty("data").GetProperty("steps").EnumerateArray())
        {
            _reports.Enqueue(_workspace.Post(
                $"/v1/worker/steps/{step.GetProperty("stepRunId").GetString()}/complete",
                $$$"""{"leaseToken":"{{{step.GetProperty("leaseToken").GetString()}}}","output":{"done":true}}""").With(0));
        }
    }
}
