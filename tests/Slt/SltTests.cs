using Vectorized.Tests.Connectors;

namespace Vectorized.Tests.Slt;

/// <summary>Every .slt file under tests/slt, each on a fresh database of its own, with one worker and with two.</summary>
public sealed class SltTests
{
    public static TheoryData<string, int> Files()
    {
        var data = new TheoryData<string, int>();
        string root = Path.Combine(AppContext.BaseDirectory, "slt");
        foreach (string file in Directory.EnumerateFiles(root, "*.slt", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            data.Add(Path.GetRelativePath(root, file), 1);
            data.Add(Path.GetRelativePath(root, file), 2);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task File_Records_AllHold(string file, int workers)
    {
        var records = SltFile.Read(Path.Combine(AppContext.BaseDirectory, "slt", file));
        var clock = records.Any(r => r.Kind == SltKind.Clock) ? new ManualClock() : null;
        await using var database = TestDatabase.Open(workers, clock);
        using var runner = new SltRunner(database, clock is null ? null : new ManualTime(database, clock));
        await runner.Run(records, file);
        Assert.True(runner.Differences.Count == 0, string.Join("\n\n", runner.Differences.Take(10)));
    }
}
