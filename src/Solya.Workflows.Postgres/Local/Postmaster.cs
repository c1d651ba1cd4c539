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
    /// <remarks>Found by their working folder: their names are what they last did ("postgres: solya solya [local] SELECT").</remarks>
    public IReadOnlyList<int> Leftovers() => !OperatingSystem.IsLinux()
        ? []
        : [.. from folder in Directory.EnumerateDirectories("/proc")
              let pid = int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var number) ? number : 0
              where pid > 0 && pid != Pid && Path.GetFileName(TryResolve($"{folder}/exe")) == "postgres" && TryRead(FileIn($"{folder}/cwd")) == Text
              select pid];

    /// <summary>Kills a leftover; one that has just ended by itself is as good.</summary>
    public static void End(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return;
        }
    }

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

    private static string? TryResolve(string link)
    {
        try
        {
            return File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // another user's process, or one that has ended
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
