namespace Solya.Workflows.Api.Tests.Schema;

/// <summary>A file of the repository that must say what the code says.</summary>
internal static class CommittedFile
{
    /// <summary>
    /// Fails when the file differs. With the environment variable <paramref name="refresh"/> set to 1 it is written
    /// instead, and the test still fails once, so that nobody takes a refresh for a check.
    /// </summary>
    public static void AssertSays(string expected, string refresh, params string[] path)
    {
        var file = Repository.PathOf(path);
        if (File.Exists(file) && File.ReadAllText(file) == expected)
        {
            return;
        }

        if (Environment.GetEnvironmentVariable(refresh) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, expected);
            Assert.Fail($"{string.Join('/', path)} was rewritten; look at the difference, commit it, and run again without {refresh}.");
        }

        Assert.Fail($"{string.Join('/', path)} is not what the code says. To rewrite it, run this test with {refresh}=1.");
    }
}
