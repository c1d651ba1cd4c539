namespace Solya.Workflows.Postgres.Local;

/// <summary>File modes. <see cref="LocalPostgres.StartAsync"/> turns Windows away before anything comes here.</summary>
internal static class UnixFiles
{
#pragma warning disable CA1416 // see the summary: the analyzer does not follow the check across calls

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static void MakePrivateFolder(string path) => Directory.CreateDirectory(path, OwnerOnly);

    public static void ClosePrivateFolder(string path) => File.SetUnixFileMode(path, OwnerOnly);

    public static void MakePrivateFile(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        File.Open(path, options).Dispose();
    }

    /// <summary>Lets others pass through the folder, though not list it.</summary>
    public static void OpenToOthers(string folder)
    {
        var mode = File.GetUnixFileMode(folder);
        if (!mode.HasFlag(UnixFileMode.OtherExecute))
        {
            File.SetUnixFileMode(folder, mode | UnixFileMode.OtherExecute);
        }
    }

#pragma warning restore CA1416
}
