using Microsoft.Extensions.Logging;

namespace Solya.Workflows.Postgres.Local;

internal static partial class LocalPostgresLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Making a private PostgreSQL cluster in {Cluster}")]
    public static partial void MakingCluster(this ILogger logger, string cluster);

    [LoggerMessage(Level = LogLevel.Information, Message = "Private PostgreSQL is ready in {Cluster} (process {Pid}, socket in {Socket})")]
    public static partial void Ready(this ILogger logger, string cluster, int? pid, string socket);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Private PostgreSQL in {Cluster} has died; starting it again")]
    public static partial void Died(this ILogger logger, string cluster);

    [LoggerMessage(Level = LogLevel.Error, Message = "Private PostgreSQL in {Cluster} could not be started again; trying on")]
    public static partial void RestartFailed(this ILogger logger, Exception exception, string cluster);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Something of the dead private PostgreSQL still holds {Cluster}: {ServerLog}")]
    public static partial void StillHeld(this ILogger logger, string cluster, string serverLog);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Process {Pid} of the dead private PostgreSQL still holds its shared memory; ending it")]
    public static partial void EndingLeftover(this ILogger logger, int pid);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The postmaster.pid in {Cluster} names process {Pid}, which is not its server; removing the file")]
    public static partial void RemovingForeignPidFile(this ILogger logger, string cluster, int pid);

    [LoggerMessage(Level = LogLevel.Information, Message = "Private PostgreSQL in {Cluster} stopped")]
    public static partial void Stopped(this ILogger logger, string cluster);

    [LoggerMessage(Level = LogLevel.Information, Message = "Others still use the private PostgreSQL in {Cluster}; leaving it running")]
    public static partial void LeftRunning(this ILogger logger, string cluster);

    [LoggerMessage(Level = LogLevel.Error, Message = "Private PostgreSQL in {Cluster} could not be stopped and may still run")]
    public static partial void StopFailed(this ILogger logger, Exception exception, string cluster);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The half-made cluster {Folder} could not be removed; the next start tries again")]
    public static partial void HalfMadeClusterStays(this ILogger logger, Exception exception, string folder);
}
