using System.Diagnostics;

namespace Vectorized.Tests.Server;

/// <summary>`vectorized demo --from DIR` over JSON lines and CSV, in a process without a terminal.</summary>
public sealed class DemoFromDirectoryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("vectorized-demo-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Demo_FromDirectory_ShowsTotalsAndGroupsOfEachFile()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_directory, "visits.jsonl"),
            """
            {"user_id": 1, "url": "/a", "amount": 2.5}
            {"user_id": 2, "url": "/b", "amount": 1}
            {"user_id": 1, "url": "/a", "amount": 4}

            """);
        await File.WriteAllTextAsync(
            Path.Combine(_directory, "orders.csv"), "id,city,price\n1,Ghent,10\n2,Ghent,20\n3,Lyon,12\n");
        var lines = await Run("--from", _directory, "--seconds", "3");
        Assert.StartsWith("Vectorized demo   psql -h 127.0.0.1 -p ", lines[0]);
        Assert.Contains("visits_totals: all of visits.jsonl: rows=3 sum_user_id=4 sum_amount=7.5", lines);
        Assert.Contains("visits_by_url: most frequent values: url=/a rows=2", lines);
        Assert.Contains("orders_totals: all of orders.csv: rows=3 sum_id=6 sum_price=42", lines);
        Assert.Contains("orders_by_city: most frequent values: city=Ghent rows=2", lines);
    }

    [Fact]
    public async Task Demo_FromDirectory_FollowsAGrowingFile()
    {
        string path = Path.Combine(_directory, "visits.jsonl");
        await File.WriteAllTextAsync(path, "{\"n\": 1}\n{\"n\": 2}\n");
        var output = Run("--from", _directory, "--seconds", "5");
        await Task.Delay(1500);
        await File.AppendAllTextAsync(path, "{\"n\": 40}\n");
        Assert.Contains("visits_totals: all of visits.jsonl: rows=3 sum_n=43", await output);
    }

    [Fact]
    public async Task Demo_FromEmptyDirectory_SaysWhatIsMissing()
    {
        var lines = await Run("--from", _directory, "--seconds", "1");
        Assert.Contains(lines, l => l.Contains("holds no .jsonl, .ndjson or .csv file", StringComparison.Ordinal));
    }

    private static async Task<List<string>> Run(params string[] options)
    {
        var start = new ProcessStartInfo(ServerProcess.Executable) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = ["demo", "--plain", .. options];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return [.. (output + await errors).Split('\n')];
    }
}
