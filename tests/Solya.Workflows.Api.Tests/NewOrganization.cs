namespace Solya.Workflows.Api.Tests;

/// <summary>Organizations nobody else uses, so that tests of a class share a database without meeting.</summary>
public static class NewOrganization
{
    private static int _count;

    public static string Id() => $"org-{Interlocked.Increment(ref _count)}";
}
