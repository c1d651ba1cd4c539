using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Solya.Workflows.Engine.Faults;
using Solya.Workflows.Failures;
using Solya.Workflows.Queue;

namespace Solya.Workflows.Engine.Execution;

/// <summary>
/// Executes runs: takes those that are due, gives each a session, renews the leases, and lets go when the process stops.
/// When nothing is due it asks the database once a second when something will be.
/// </summary>
public sealed partial class WorkflowEngine : BackgroundService, IEngineHints
{
    private const int LargestClaim = 128;

    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(1_050);

    private readonly IEngineStore _store;
    private readonly EngineOptions _options;
    private readonly DatabaseClock _databaseClock;
    private readonly TimeProvider _clock;
    private readonly FaultPoints _faults;
    private readonly ILogger<WorkflowEngine> _logger;
    private readonly DueBoard _due;
    private readonly EngineHealth _health;
    private readonly EngineStart _start;
    private readonly EngineParts _parts;
    private readonly ConcurrentDictionary<RunKey, RunSession> _sessions = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Guid _workerId;
    private readonly TaskCompletionSource _allDone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // So much room makes a claim between the rounds worth its statements.
    private readonly int _worthwhile;

    private int _room;
    private volatile bool _isStopping;

    // Runs wait in the queue that this process had no room for: those that are created now must not overtake them.
    private volatile bool _hasBacklog;

    // Something may be due that the last look did not tell of.
    private volatile bool _hasWork = true;

    public WorkflowEngine(
        IEngineStore store, EffectRunner effects, EngineOptions options, DatabaseClock databaseClock, DueBoard due, EngineHealth health, EngineStart start, FaultPoints faults,
        Ids.IdGenerator ids, TimeProvider clock, ILogger<WorkflowEngine> logger)
    {
        (_store, _options, _databaseClock, _due, _health, _start, _faults, _clock, _logger) = (store, options, databaseClock, due, health, start, faults, clock, logger);
        _workerId = ids.NextId();
        _room = options.MaxRuns;
        _worthwhile = Math.Max(1, Math.Min(LargestClaim, options.MaxRuns / 8));
        _parts = new(store, effects, options, databaseClock, clock, faults, logger, NoteDue, RunChanged);
    }

    public Reservation? TryReserve()
    {
        if (_isStopping || _hasBacklog || !_health.IsAlive)
        {
            return null;
        }

        if (Interlocked.Decrement(ref _room) >= 0)
        {
            return new(_workerId, _options.Lease);
        }

        Interlocked.Increment(ref _room);
        _hasBacklog = true;
        return null;
    }

    public void Adopt(Reservation reservation, LeasedRun run) => Begin(run, isFresh: true, _clock.GetTimestamp() - _clock.TimestampFrequency);

    public void GiveUp(Reservation reservation)
    {
        Interlocked.Increment(ref _room);
        Wake();
    }

    public void WorkQueued()
    {
        _hasWork = true;
        Wake();
    }

    public void RunChanged(RunKey run)
    {
        if (_sessions.TryGetValue(run, out var session))
        {
            session.TakeNews();
        }
        else
        {
            WorkQueued();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _start.WaitAsync(stoppingToken);
        using var renewal = new CancellationTokenSource();
        var renewing = RenewAsync(renewal.Token);
        var nextRound = _clock.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            var isRound = _clock.GetElapsedTime(nextRound) >= TimeSpan.Zero;
            try
            {
                // Between the rounds only what is worth a claim: room that becomes free run by run would be filled run by run.
                var claimed = await ClaimDueAsync(isRound ? 1 : _worthwhile, stoppingToken);
                if (isRound)
                {
                    await LookAsync(stoppingToken);
                    var rest = claimed > 0 || !_sessions.IsEmpty ? Busy : Idle;
                    nextRound = In(rest + (rest * 0.2 * EngineParts.Draw()));
                    _health.Passed(_clock.GetTimestamp(), _databaseClock.Now, _due.Run);
                }
            }
            catch (DatabaseUnavailableException unavailable)
            {
                LogUnavailable(unavailable.Message);
                nextRound = In(Idle);
                await Task.Delay(Idle, _clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }

            await RestAsync(nextRound, stoppingToken);
        }

        await LetGoAsync();
        await renewal.CancelAsync();
        await renewing;
    }

    // The timestamp that far from now.
    private long In(TimeSpan time) => _clock.GetTimestamp() + (long)(time.TotalSeconds * _clock.TimestampFrequency);

    private async Task<int> ClaimDueAsync(int least, CancellationToken ct)
    {
        var total = 0;
        while (!ct.IsCancellationRequested && (_hasBacklog || _hasWork || _due.Run <= _databaseClock.Now))
        {
            var most = Math.Min(LargestClaim, Volatile.Read(ref _room));
            if (most < least)
            {
                break; // sessions that end wake this loop
            }

            Interlocked.Add(ref _room, -most);
            var began = 0;
            try
            {
                var at = _clock.GetTimestamp();
                _hasWork = false; // whatever comes from here on says so itself
                var claimed = await _store.ClaimAsync(_workerId, most, _options.Lease, ct);
                if (claimed.Runs.Count > 0)
                {
                    _faults.Pass(FaultPoint.AfterClaim);
                }

                foreach (var run in claimed.Runs)
                {
                    began++;
                    _databaseClock.Observe(claimed.Now);
                    Begin(run, isFresh: false, at);
                }

                total += began;
                _health.CountClaims(began);
                _hasBacklog = began == most;
                if (began == 0)
                {
                    _due.Run = null;
                    break;
                }
            }
            catch (DatabaseUnavailableException)
            {
                _hasWork = true;
                throw;
            }
            finally
            {
                Interlocked.Add(ref _room, most - began);
            }
        }

        return total;
    }

    private async Task LookAsync(CancellationToken ct)
    {
        var look = await _store.LookAsync(ct);
        _databaseClock.Observe(look.Now);
        _due.Take(look);
    }

    /// <summary>Waits for the next round, for a run that falls due before it, or to be woken.</summary>
    private async Task RestAsync(long nextRound, CancellationToken ct)
    {
        var rest = -_clock.GetElapsedTime(nextRound);
        if (Volatile.Read(ref _room) >= _worthwhile)
        {
            if (_hasBacklog || _hasWork)
            {
                return;
            }

            if (_due.Run is { } due && due - _databaseClock.Now < rest)
            {
                rest = due - _databaseClock.Now;
            }
        }

        if (rest <= TimeSpan.Zero)
        {
            rest = TimeSpan.FromMilliseconds(1);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(rest);
        try
        {
            await _wake.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Time to look again, or to stop.
        }
    }

    private void Begin(LeasedRun run, bool isFresh, long leasedAt)
    {
        var session = new RunSession(_parts, run, isFresh, leasedAt);
        // Claimed again while its former session has not noticed yet that it lost the run: that one's writes are fenced.
        _sessions[run.Lease.Run] = session;
        _ = Task.Run(() => RunAsync(session));
        if (_isStopping)
        {
            session.Stop();
        }
    }

    private async Task RunAsync(RunSession session)
    {
        await session.ExecuteAsync();
        _sessions.TryRemove(new(session.Lease.Run, session));
        session.Dispose();
        _health.CountLetGo();
        if (Interlocked.Increment(ref _room) == _worthwhile)
        {
            Wake();
        }

        if (_isStopping && _sessions.IsEmpty)
        {
            _allDone.TrySetResult();
        }
    }

    private void NoteDue(DateTimeOffset due)
    {
        if (_due.Run is not { } known || due < known)
        {
            _due.Run = due;
            Wake();
        }
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Renews the leases of what has run for a while, in one statement, and hears of news on those runs.</summary>
    private async Task RenewAsync(CancellationToken ct)
    {
        var interval = _options.Lease / 6;
        using var timer = new PeriodicTimer(interval, _clock);
        while (await NextTickAsync(timer, ct))
        {
            var old = _sessions.Values.Where(session => session.SinceRenewal > _options.Lease / 4).ToList();
            if (old.Count == 0)
            {
                continue;
            }

            try
            {
                var at = _clock.GetTimestamp();
                var renewed = (await _store.RenewAsync([.. old.Select(session => session.Lease)], _options.Lease, CancellationToken.None))
                    .ToDictionary(lease => lease.Run, lease => lease.HasNews);
                foreach (var session in old)
                {
                    if (!renewed.TryGetValue(session.Lease.Run, out var hasNews))
                    {
                        // Committed and let go meanwhile, or lost: either way it writes nothing more under this lease.
                        session.Lose();
                        continue;
                    }

                    session.Renewed(at);
                    if (hasNews)
                    {
                        session.TakeNews();
                    }
                }
            }
            catch (DatabaseUnavailableException unavailable)
            {
                LogNotRenewed(old.Count, unavailable.Message);
                foreach (var session in old)
                {
                    session.TakeNews(); // the answer that was lost may have told of some
                }
            }
        }
    }

    private static async ValueTask<bool> NextTickAsync(PeriodicTimer timer, CancellationToken ct)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task LetGoAsync()
    {
        _isStopping = true;
        foreach (var session in _sessions.Values)
        {
            session.Stop();
        }

        if (_sessions.IsEmpty)
        {
            return;
        }

        try
        {
            await _allDone.Task.WaitAsync(TimeSpan.FromSeconds(_options.ShutdownSeconds), _clock);
        }
        catch (TimeoutException)
        {
            // What still runs is cut off; its attempts count, and the runs are free for others at once.
            var left = _sessions.Values.ToList();
            LogCutOff(left.Count);
            foreach (var session in left)
            {
                session.Lose();
            }

            try
            {
                await _store.ReleaseAsync([.. left.Select(session => session.Lease)], CancellationToken.None);
            }
            catch (DatabaseUnavailableException unavailable)
            {
                LogUnavailable(unavailable.Message); // the leases run out by themselves
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The engine waits for the database: {Reason}")]
    private partial void LogUnavailable(string reason);

    [LoggerMessage(LogLevel.Warning, "{Count} leases were not renewed: {Reason}")]
    private partial void LogNotRenewed(int count, string reason);

    [LoggerMessage(LogLevel.Warning, "{Count} runs were let go with effects under way")]
    private partial void LogCutOff(int count);
}
