using Solya.Workflows.Benchmarks;

if (args is [FloorServer.Argument])
{
    return await FloorServer.RunAsync();
}

var benchmarks = new Dictionary<string, Func<Options, Task<IReadOnlyList<Line>>>>
{
    ["post-step"] = PostStep.RunAsync,
    ["patch-step"] = PatchStep.RunAsync,
    ["get-run"] = GetRun.RunAsync,
    ["create-run"] = CreateRun.RunAsync,
    ["task-create"] = TaskCreate.RunAsync,
    ["zombie-sweep"] = ZombieSweep.RunAsync,
    ["history"] = LongHistory.RunAsync,
    ["purge"] = PurgeBesideLoad.RunAsync,
    ["plans"] = Plans.RunAsync,
    ["start"] = StartUp.RunAsync,
    ["engine"] = EngineRuns.RunAsync,
    ["graphs"] = GraphRuns.RunAsync,
    ["one-connection"] = OneConnection.RunAsync,
    ["queue-loop"] = QueueLoop.RunAsync,
    ["timers"] = Timers.RunAsync,
    ["processes"] = Processes.RunAsync,
    ["tenants"] = Tenants.RunAsync,
    ["idle"] = IdleProcess.RunAsync,
    ["census"] = Census.RunAsync,
};
if (Options.Parse(args, benchmarks.Keys) is not { } options)
{
    Console.Error.WriteLine($"{Options.Usage}\nNames: {string.Join(", ", benchmarks.Keys)}");
    return 2;
}

Environment.SetEnvironmentVariable(Workbench.InlineSockets, "1");
var lines = new List<Line>();
var failures = 0;
foreach (var name in options.Names)
{
    Report.Begin(name);
    try
    {
        foreach (var line in await benchmarks[name](options))
        {
            Report.Print(line);
            lines.Add(line);
        }
    }
    catch (RequestFailedException failed)
    {
        Console.Error.WriteLine($"{name} failed: {failed.Message}");
        failures++;
    }
}

Report.PrintTable(lines, await Machine.DescribeAsync());
return failures == 0 ? 0 : 1;
