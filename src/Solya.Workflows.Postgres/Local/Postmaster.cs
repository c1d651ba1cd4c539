using System.Diagnostics;
using System.Globalization;

namespace Solya.Workflows.Postgres.Local;

/// <summary>What the cluster's <c>postmaster.pid</c> says of its server, and whether that is still true.</summary>
/// <remarks>The file's lines: pid, data folder, start time, port, socket folder, address, shared memory, status
/// (https://www.postgresql.org/docs/current/storage-file-layout.html).</remarks>
internal sealed record Postmaster(int Pid, string Text)
{
    private const int StatusLine = 7;

    /// <summary>The server accepts connections, as far as it said itself.</summary>
    public bool SaysReady => Text.Split('\n') is { Length: > StatusLine } lines && lines[StatusLine].StartsWith("ready", StringComparison.Ordinal);

    public static string FileIn(string cluster) => Path.Combine(cluster, "postmaster.pid");

    /// <summary>Reads the file; null when there is none or its first line is not written yet.</summary>
    public static Postmaster? Read(string cluster) =>
        TryRead(FileIn(cluster)) is { } text && int.TryParse(text.Split('\n')[0], CultureInfo.InvariantCulture, out var pid) && pid > 0
            ? new Postmaster(pid, text)
            : null;

    /// <summary>
    /// Whether the process that the file names lives and is this cluster's server: pids are used again, above all in containers.
    /// A stopped (SIGSTOP) server is alive.
    /// </summary>
    public bool IsAlive()
    {
        if (OperatingSystem.IsLinux())
        {
            // The server's working folder is its cluster. That of a zombie cannot be read.
            return TryRead(FileIn($"/proc/{Pid}/cwd")) is { } own && own.Split('\n')[0] == Text.Split('\n')[0];
        }

        return NameOf(Pid)?.StartsWith("postgres", StringComparison.Ordinal) ?? false;
    }

    /// <summary>Whether some process, this cluster's server or not, has the pid.</summary>
    public bool PidIsTaken() => NameOf(Pid) is not null;

    /// <summary>The processes of this server that outlived it. Empty where the system has no /proc.</summary>
    public IReadOnlyList<Process> Leftovers() => !OperatingSystem.IsLinux()
        ? []
        : [.. Process.GetProcessesByName("postgres").Where(p => p.Id != Pid && TryRead(FileIn($"/proc/{p.Id}/cwd")) == Text)];

    private static string? NameOf(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.ProcessName;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return null; // no such process, or gone while we looked
        }
    }

    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return null;
        }
        catch (IOException) when (path.StartsWith("/proc/", StringComparison.Ordinal))
        {
            return null; // ESRCH: the process ended between the lookup and the read
        }
    }
}
