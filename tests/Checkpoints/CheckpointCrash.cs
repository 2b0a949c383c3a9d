using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Storage;

namespace Vectorized.Tests.Checkpoints;

/// <summary>
/// A workload of openings, commits and garbage collection on a directory whose machine dies at a chosen I/O point: what
/// was committed is there again, and the work goes on; also when the machine dies once more while it comes back.
/// </summary>
internal sealed class CheckpointCrash
{
    private static readonly CheckpointStoreOptions _options = new()
    {
        HostName = "h",
        FoldAfter = 5,
        Rules = new CheckpointHistory.SmallRules(),
    };

    private readonly Random _random;
    private readonly Func<IFiles, IFiles> _files;
    private readonly Func<IObjectStore, IObjectStore> _store;
    private CheckpointModel _model;

    private CheckpointCrash(int seed, Func<IFiles, IFiles>? files, Func<IObjectStore, IObjectStore>? store)
    {
        _random = new Random(seed);
        _model = new CheckpointModel(_random);
        _files = files ?? (f => f);
        _store = store ?? (s => s);
    }

    /// <summary>The I/O points of the workload, by kind.</summary>
    internal static IReadOnlyList<string> Points(int seed)
    {
        var files = new SimulatedFiles();
        new CheckpointCrash(seed, null, null).Work(files, openings: 3, commits: 7);
        return files.Points;
    }

    /// <summary>
    /// Dies at a point, before or after its effect; comes back; nested: dies at every point of coming back, too.
    /// </summary>
    internal static void Run(
        int seed, int point, bool isAfter, bool isNested, Func<IFiles, IFiles>? files = null, Func<IObjectStore, IObjectStore>? store = null)
    {
        var crash = new CheckpointCrash(seed, files, store);
        var machine = new SimulatedFiles { CrashAt = point, CrashAfterEffect = isAfter };
        Assert.True(crash.Dies(() => crash.Work(machine, openings: 3, commits: 7)), "the workload has fewer points than before");
        var disk = machine.Crash(seed + point);
        var known = crash._model;
        int points = crash.ComeBack(disk.Crash(0), known.Clone());
        for (int k = 0; isNested && k < points; k++)
        {
            var again = disk.Crash(0);
            again.CrashAt = k;
            again.CrashAfterEffect = k % 2 == 0;
            var model = known.Clone();
            if (crash.Dies(() => crash.ComeBack(again, model)))
            {
                crash.ComeBack(again.Crash(seed + k), crash._model);
            }
        }
    }

    private bool Dies(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (SimulatedCrashException)
        {
            return true;
        }
    }

    private void Work(SimulatedFiles machine, int openings, int commits)
    {
        for (int opening = 0; opening < openings; opening++)
        {
            var (store, host) = StoreOver(machine);
            using var writer = CheckpointStore.Open(store, host, _options);
            _model.Meet(writer.State);
            for (int i = 0; i < commits; i++)
            {
                _model.Commit(writer);
                if (_random.Next(3) == 0)
                {
                    writer.CollectGarbage(_random.Next(1, 8));
                }
            }
        }
    }

    private int ComeBack(SimulatedFiles machine, CheckpointModel model)
    {
        _model = model;
        var (store, host) = StoreOver(machine);
        using var writer = CheckpointStore.Open(store, host, _options);
        _model.Meet(writer.State);
        _model.CheckContent(writer);
        while (writer.CollectGarbage() > 0)
        {
        }

        _model.Commit(writer);
        _model.CheckContent(writer);
        int points = machine.Points.Count;
        while (writer.CollectGarbage() > 0)
        {
        }

        Assert.Empty(CheckpointCheck.Run(store, host).Problems);
        Assert.Equal(writer.State.Packs.Count, store.List(PackFormat.Folder).Entries.Count);
        Assert.Empty(machine.List(Path.Combine(CheckpointHarness.Root, ".upload"), "*"));
        return points;
    }

    private (IObjectStore Store, Host Host) StoreOver(SimulatedFiles machine)
    {
        var host = CheckpointHarness.HostOver(_files(machine), _random.Next());
        return (_store(new DirectoryObjectStore(host, CheckpointHarness.Root)), host);
    }
}
