using Vectorized.Tests.Sql;
using Xunit.Abstractions;

namespace Vectorized.Tests.Checkpoints;

public sealed class CheckpointCrashTests(ITestOutputHelper output)
{
    [Fact]
    public void Workload_CrashAtEveryPoint_KeepsWhatWasCommitted()
    {
        int seed = Seeds.Next(output);
        var points = CheckpointCrash.Points(seed);
        output.WriteLine($"{points.Count} I/O points: "
            + string.Join(", ", points.GroupBy(p => p).Select(g => $"{g.Key} {g.Count()}")));
        for (int point = 0; point < points.Count; point++)
        {
            CheckpointCrash.Run(seed, point, isAfter: false, isNested: point % 17 == 0);
            CheckpointCrash.Run(seed, point, isAfter: true, isNested: point % 17 == 8);
        }
    }
}
