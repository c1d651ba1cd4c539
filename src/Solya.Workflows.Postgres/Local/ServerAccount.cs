namespace Solya.Workflows.Postgres.Local;

/// <summary>
/// Who the server runs as: this process's own user, or, as PostgreSQL refuses to run as root, a lesser account when this process is root.
/// </summary>
internal sealed class ServerAccount
{
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(10);

    private readonly string? user;
    private readonly string? group;

    // The one right that lets the server pass folders which are closed to it, such as root's own mktemp -d.
    private readonly bool passesClosedFolders;

    private ServerAccount(string? user, string? group, bool passesClosedFolders)
    {
        this.user = user;
        this.group = group;
        this.passesClosedFolders = passesClosedFolders;
    }

    public static async Task<ServerAccount> ChooseAsync(DataFolder folder, CancellationToken ct)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return new ServerAccount(null, null, passesClosedFolders: false);
        }

        if (!OperatingSystem.IsLinux())
        {
            throw new LocalPostgresException(
                "PostgreSQL does not run as root. Start the service as an ordinary user, or set ConnectionStrings__Workflows.");
        }

        var (user, group, ownsCluster) = await FindAsync(folder, ct);
        UnixFiles.OpenToOthers(folder.Root);
        var plain = new ServerAccount(user, group, passesClosedFolders: false);
        if (!ownsCluster)
        {
            await plain.OwnAsync(ct, "--recursive", folder.Cluster);
        }

        if (await plain.ReachesAsync(folder.Root, ct))
        {
            return plain;
        }

        var capable = new ServerAccount(user, group, passesClosedFolders: true);
        return await capable.ReachesAsync(folder.Root, ct)
            ? capable
            : throw new LocalPostgresException(
                $"This process is root, so the private PostgreSQL runs as '{user}', which cannot reach '{folder.Root}': "
                + $"'{ClosedAncestor(folder.Root)}' is closed to it and the capability DAC_READ_SEARCH is not to be had here. "
                + "Choose a SOLYA_DATA that others may pass, run the service as an ordinary user, or set ConnectionStrings__Workflows.");
    }

    /// <summary>Runs a program as this account.</summary>
    public Task<Command.Result> RunAsync(string file, IEnumerable<string> arguments, TimeSpan timeout, CancellationToken ct)
    {
        if (user is null)
        {
            return Command.RunAsync(file, arguments, timeout, ct);
        }

        string[] capability = passesClosedFolders
            ? ["--inh-caps=-all,+dac_read_search", "--ambient-caps=+dac_read_search"]
            : ["--inh-caps=-all"];
        return Command.RunAsync(
            "setpriv",
            [$"--reuid={user}", $"--regid={group}", "--init-groups", "--reset-env", .. capability, file, .. arguments],
            timeout,
            ct);
    }

    /// <summary>Makes folders that only this account may enter; existing ones become so.</summary>
    public async Task MakePrivateFoldersAsync(CancellationToken ct, params string[] folders)
    {
        foreach (var folder in folders)
        {
            UnixFiles.MakePrivateFolder(folder);
        }

        // First the owner, then the look at what it is, then the mode: in /tmp anyone may have put a link in our place,
        // and only when it is ours can they no longer exchange it.
        await OwnAsync(ct, folders);
        foreach (var folder in folders)
        {
            if (new DirectoryInfo(folder).LinkTarget is not null)
            {
                throw new LocalPostgresException($"'{folder}' is a link; it must be a folder of its own. Remove it.");
            }

            UnixFiles.ClosePrivateFolder(folder);
        }
    }

    /// <summary>Makes this account the owner of files that this process made. Links are changed themselves, never followed.</summary>
    public async Task OwnAsync(CancellationToken ct, params string[] paths)
    {
        if (user is null)
        {
            return;
        }

        var chown = await Command.RunAsync("chown", ["--no-dereference", $"{user}:{group}", .. paths], Quick, ct);
        if (!chown.Succeeded)
        {
            throw new LocalPostgresException($"Cannot give {string.Join(", ", paths)} to '{user}': {chown.Output}");
        }
    }

    private async Task<bool> ReachesAsync(string folder, CancellationToken ct) =>
        (await RunAsync("test", ["-d", folder + "/."], Quick, ct)).Succeeded;

    // The owner of an existing cluster goes on running it; a cluster without a known one (copied by root, say) goes to the default account.
    private static async Task<(string User, string Group, bool OwnsCluster)> FindAsync(DataFolder folder, CancellationToken ct)
    {
        var accounts = (await File.ReadAllLinesAsync("/etc/passwd", ct))
            .Select(line => line.Split(':'))
            .Where(fields => fields.Length >= 4 && fields[2] != "0")
            .ToList();
        var chosen = accounts.Find(a => a[0] == "postgres") ?? accounts.Find(a => a[0] == "nobody")
            ?? throw new LocalPostgresException(
                "PostgreSQL does not run as root, and there is no account 'postgres' or 'nobody' to run it as. "
                + "Start the service as an ordinary user, or set ConnectionStrings__Workflows.");

        if (!Directory.Exists(folder.Cluster))
        {
            return (chosen[0], chosen[3], OwnsCluster: true);
        }

        var owner = await Command.RunAsync("stat", ["--format=%u", folder.Cluster], Quick, ct);
        var known = accounts.Find(a => a[2] == owner.Output);
        return ((known ?? chosen)[0], (known ?? chosen)[3], known is not null);
    }

    private static string ClosedAncestor(string folder)
    {
        var closed = folder;
        for (var at = Directory.GetParent(folder); at is not null; at = at.Parent)
        {
            closed = at.UnixFileMode.HasFlag(UnixFileMode.OtherExecute) ? closed : at.FullName;
        }

        return closed;
    }
}
