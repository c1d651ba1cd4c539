using System.Diagnostics;
using System.Globalization;

namespace Solya.Workflows.Durability.Tests;

/// <summary>Signals to processes, by their ids.</summary>
internal static class Processes
{
    /// <summary>Sends a signal (KILL, STOP, CONT, TERM, INT, QUIT) to all of them with one command; those that have ended do not matter.</summary>
    public static void Signal(string name, params IEnumerable<int> pids)
    {
        using var kill = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"kill -{name} {string.Join(' ', pids)}"]) { RedirectStandardError = true })!;
        kill.StandardError.ReadToEnd();
        kill.WaitForExit();
    }

    /// <summary>The process and its children.</summary>
    public static int[] FamilyOf(int pid) => [pid, .. ChildrenOf(pid)];

    public static int[] ChildrenOf(int pid) =>
    [
        .. from folder in Directory.EnumerateDirectories("/proc")
           let child = int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var number) ? number : 0
           where child > 0 && ParentOf(child) == pid
           select child,
    ];

    public static bool IsAlive(int pid) => StatOf(pid) is { } stat && stat[0] != "Z";

    public static Task GoneAsync(int pid) => Eventually.TrueAsync(() => !IsAlive(pid), TimeSpan.FromSeconds(10), $"process {pid} has ended");

    private static int? ParentOf(int pid) => StatOf(pid) is { } stat ? int.Parse(stat[1], CultureInfo.InvariantCulture) : null;

    // Fields after the name in /proc/…/stat: state, parent, …
    private static string[]? StatOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
