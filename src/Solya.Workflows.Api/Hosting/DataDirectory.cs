namespace Solya.Workflows.Api.Hosting;

/// <summary>Where this process keeps what is private to the machine: the private PostgreSQL and the development tokens.</summary>
internal static class DataDirectory
{
    /// <summary><c>SOLYA_DATA</c>, or <c>.data</c> in the repository's root, or in the working directory outside a repository.</summary>
    public static string Of(IConfiguration configuration)
        => Path.GetFullPath(configuration["SOLYA_DATA"] is { Length: > 0 } given ? given : Path.Combine(Root(), ".data"));

    private static string Root()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Solya.Workflows.sln")))
            {
                return directory.FullName;
            }
        }

        return Directory.GetCurrentDirectory();
    }
}
