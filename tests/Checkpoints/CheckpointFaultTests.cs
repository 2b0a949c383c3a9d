using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Objects;
using Vectorized.Tests.Sql;
using Xunit.Abstractions;

namespace Vectorized.Tests.Checkpoints;

public sealed class CheckpointFaultTests(ITestOutputHelper output)
{
    [Fact]
    public void History_OnABadStore_LosesAndDoublesNothing()
    {
        int seed = Seeds.Next(output);
        var faults = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < 150; i++)
        {
            foreach (var (fault, count) in Run(seed + i, FaultRates.Bad).Faults)
            {
                faults[fault] = faults.GetValueOrDefault(fault) + count;
            }
        }

        output.WriteLine(string.Join(", ", faults.Select(f => $"{f.Key}: {f.Value}")));
        Assert.Equal(10, faults.Count(f => f.Key != "slow"));
    }

    [Fact]
    public void History_OnAGoodStore_LosesAndDoublesNothing()
    {
        int seed = Seeds.Next(output);
        for (int i = 0; i < 30; i++)
        {
            Run(seed + i, new FaultRates());
        }
    }

    [Theory, OnEachStore, OnRadosgw]
    public void History_OnEveryKindOfStore_LosesAndDoublesNothing(string store)
    {
        int seed = Seeds.Next(output);
        CheckpointHistory.Run(seed, new FaultRates(), inner: StoreCases.Open(store), steps: 60);
        CheckpointHistory.Run(seed, FaultRates.Bad, inner: StoreCases.Open(store), steps: 60);
    }

    [Fact]
    public void Commit_OnAnIdleStore_IsTwoRequests()
    {
        using var server = new S3Double();
        using var objects = ObjectStores.Open(server.Address("p"), Host.System);
        using var store = CheckpointHarness.Open(objects);
        for (byte tick = 1; tick < 4; tick++)
        {
            server.Requests.Clear();
            CheckpointHarness.Add(store, "t", tick, new byte[200_000]);
            Assert.Collection(
                server.Requests,
                r => Assert.StartsWith("PUT /bucket/p/pack/", r),
                r => Assert.StartsWith("PUT /bucket/p/manifest/", r));
        }
    }

    [Fact]
    public void History_SameSeed_MeetsTheSameFaults()
    {
        int seed = Seeds.Next(output);
        Assert.Equal(Run(seed, FaultRates.Bad).Faults, Run(seed, FaultRates.Bad).Faults);
    }

    private CheckpointHistory Run(int seed, FaultRates rates)
    {
        try
        {
            return CheckpointHistory.Run(seed, rates);
        }
        catch
        {
            output.WriteLine($"the history of seed {seed} failed");
            throw;
        }
    }
}
