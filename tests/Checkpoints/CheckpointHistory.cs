using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Objects;
using Vectorized.Storage.Platform;
using Vectorized.Tests.Objects;
using Vectorized.Tests.Storage;

namespace Vectorized.Tests.Checkpoints;

/// <summary>
/// A random history on a store that misbehaves: one writer commits, merges, collects garbage and reads; others take
/// over, and the ones before go on as if nothing had happened. No committed checkpoint is lost, none shows that was not
/// committed, no fenced writer commits, and in the end nothing is left over.
/// </summary>
internal sealed class CheckpointHistory : IDisposable
{
    private readonly Random _random;
    private readonly CheckpointModel _model;
    private readonly Host _host;
    private readonly FaultyObjectStore _faulty;
    private readonly IObjectStore _store;
    private readonly CheckpointStoreOptions _options;
    private readonly List<CheckpointStore> _sleepers = [];
    private readonly List<(RunReader Reader, byte[] First)> _readers = [];
    private CheckpointStore? _writer;
    private bool _mayBeFenced;

    private CheckpointHistory(
        int seed, FaultRates rates, CheckpointRules? rules, IObjectStore? inner)
    {
        _random = new Random(seed);
        _model = new CheckpointModel(_random);
        var clock = new SteppingClock();
        _host = Host.System with { Clock = clock, Files = new SimulatedFiles(), Random = new SeededRandom((ulong)seed) };
        _faulty = new FaultyObjectStore(
            inner ?? new DirectoryObjectStore(_host, CheckpointHarness.Root), (ulong)seed, rates, clock);
        _store = new RetryingObjectStore(_faulty, new RetryPolicy(_host, attemptsMax: 3));
        _options = new CheckpointStoreOptions { HostName = "h", FoldAfter = _random.Next(2, 10), Rules = rules ?? new SmallRules() };
    }

    internal SortedDictionary<string, int> Faults => _faulty.Faults;

    internal static CheckpointHistory Run(
        int seed, FaultRates? rates = null, CheckpointRules? rules = null, IObjectStore? inner = null, int steps = 120)
    {
        using var history = new CheckpointHistory(seed, rates ?? FaultRates.Bad, rules, inner);
        for (int i = 0; i < steps; i++)
        {
            history.Step();
        }

        history.End();
        return history;
    }

    public void Dispose()
    {
        _writer?.Dispose();
        _sleepers.ForEach(s => s.Dispose());
    }

    private void Step()
    {
        int choice = _random.Next(100);
        if (_writer is null || choice < 6)
        {
            Open();
        }
        else if (choice < 55)
        {
            Commit();
        }
        else if (choice < 65 && _sleepers.Count > 0)
        {
            WakeSleeper();
        }
        else if (choice < 80)
        {
            Try(() => _writer.CollectGarbage(_random.Next(1, 10)));
        }
        else if (choice < 88)
        {
            Try(() => _model.CheckContent(_writer));
        }
        else if (choice < 94)
        {
            HoldOrRead();
        }
        else
        {
            Try(() =>
            {
                using var reader = CheckpointStore.Open(_store, _host, _options with { IsReadOnly = true });
                _model.CheckContent(reader);
            });
        }
    }

    private void Open()
    {
        CheckpointStore? opened = null;
        // Whether or not it comes to say so, it may have taken the term.
        _mayBeFenced = true;
        if (!Try(() => opened = CheckpointStore.Open(_store, _host, _options)))
        {
            return;
        }

        if (_writer is not null)
        {
            _sleepers.Add(_writer);
            if (_sleepers.Count > 3)
            {
                _sleepers.RemoveAt(_random.Next(3));
            }
        }

        _readers.Clear();
        _writer = opened!;
        _mayBeFenced = false;
        _model.Meet(_writer.State);
    }

    private void Commit()
    {
        try
        {
            Try(() => _model.Commit(_writer!));
        }
        catch (FencedException) when (_mayBeFenced)
        {
            _writer = null;
        }
    }

    private void WakeSleeper()
    {
        var sleeper = _sleepers[_random.Next(_sleepers.Count)];
        Try(() => sleeper.CollectGarbage());
        try
        {
            Try(() =>
            {
                using var draft = sleeper.Begin();
                draft.Add("zombie", "s", CheckpointHarness.WriteRun(draft, [66]));
                draft.Commit(sleeper.State.Tick + 1_000_000);
                Assert.Fail("a fenced writer has committed");
            });
        }
        catch (FencedException)
        {
            // As it must.
        }
    }

    private void HoldOrRead()
    {
        var runs = _writer!.State.Structures.Values.SelectMany(s => s.Runs).ToList();
        if (runs.Count > 0 && _random.Next(2) == 0)
        {
            Try(() =>
            {
                var reader = _writer.OpenRun(runs[_random.Next(runs.Count)]);
                if (reader.BlockCount > 0)
                {
                    _readers.Add((reader, reader.ReadBlock(0)));
                }
            });
        }
        else if (_readers.Count > 0)
        {
            var (reader, first) = _readers[_random.Next(_readers.Count)];
            Try(() =>
            {
                using var again = _writer.OpenRun(reader.Run);
                Assert.Equal(first, again.ReadBlock(0));
            });
            if (_random.Next(3) == 0)
            {
                reader.Dispose();
                _readers.RemoveAll(r => r.Reader == reader);
            }
        }
    }

    /// <summary>Everything calms down: the store holds the version committed, whole, and nothing else.</summary>
    private void End()
    {
        _faulty.IsCalm = true;
        _readers.Clear();
        if (_writer is not null)
        {
            _sleepers.Add(_writer);
        }

        _writer = null;
        Open();
        Assert.NotNull(_writer);
        _model.CheckContent(_writer!);
        _model.Commit(_writer!);
        foreach (var sleeper in _sleepers)
        {
            Assert.Throws<FencedException>(() =>
            {
                using var draft = sleeper.Begin();
                draft.Commit(sleeper.State.Tick + 1_000_000);
            });
        }

        while (_writer!.CollectGarbage(1_000) > 0)
        {
        }

        _model.CheckContent(_writer);
        Assert.Empty(CheckpointCheck.Run(_store, _host).Problems);
        Assert.Equal(
            _writer.State.Packs.Keys.Select(PackFormat.Key).Order(StringComparer.Ordinal),
            ManifestReading.All(_store, PackFormat.Folder).Select(e => e.Key));
    }

    /// <summary>The right rules, with milestones close together.</summary>
    internal class SmallRules : CheckpointRules
    {
        internal override int MilestoneDistance => 16;
    }

    /// <summary>False: the store failed, as stores do.</summary>
    private static bool Try(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (StorageException e) when (e.IsTransient)
        {
            return false;
        }
    }
}
