using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Experiments;

/// <summary>
/// Experiment 2: a group table of a million groups under a million uniformly random updates a second (ticks of 1,000), a
/// checkpoint a second of data. What the dirty-group checkpoint adds to the longest tick, in CPU time of the thread.
/// </summary>
internal sealed class GroupCheckpointPause : IExperiment
{
    private const int Groups = 1_000_000;
    private const int TickRows = 1000;
    private const int TicksPerCheckpoint = 1000;
    private const int Ticks = 6 * TicksPerCheckpoint;

    public string Name => "group-checkpoint";

    public string Summary => "1M groups, 1M random updates/s: the longest tick with and without checkpoints";

    public int Run(TextWriter output)
    {
        output.WriteLine("drain/tick  mean us  p99 us  longest us  groups emitted/checkpoint  checkpoint complete after ticks");
        foreach (int drain in new[] { 0, 500, 2000, 8000 })
        {
            output.WriteLine(Measure(drain));
        }

        return 0;
    }

    private static string Measure(int drain)
    {
        using var context = StateContext.Private();
        using var table = new GroupTable(new GroupTableSpec("g", [SqlType.Int64], [8, 8, 8], 1), context);
        using var sink = new CopySink();
        using var arena = new Arena();
        var random = new SeededRandom(2);
        var batch = new Batch().Reset(TickRows, 1);
        batch[0] = Vector.Allocate(arena, SqlType.Int64, TickRows);
        ulong[] hashes = new ulong[TickRows];
        int[] groups = new int[TickRows];
        for (int i = 0; i < Groups; i += TickRows)
        {
            Tick(table, context, batch, hashes, groups, row => (i + row) * 1_000_003L);
        }

        var nanos = new List<long>();
        int complete = 0;
        int begun = -1;
        for (int tick = 0; tick < Ticks; tick++)
        {
            long start = CpuClock.ThreadNanos;
            if (drain > 0 && tick % TicksPerCheckpoint == 0 && begun < 0)
            {
                table.BeginCheckpoint(sink);
                sink.Reset();
                begun = tick;
            }

            Tick(table, context, batch, hashes, groups, _ => random.Next(Groups) * 1_000_003L);
            if (drain > 0 && begun >= 0 && table.DrainCheckpoint(drain))
            {
                complete = Math.Max(complete, tick - begun + 1);
                begun = -1;
            }

            if (tick >= TicksPerCheckpoint)
            {
                // The first second warms up.
                nanos.Add(CpuClock.ThreadNanos - start);
            }
        }

        nanos.Sort();
        return $"{drain,10}  {nanos.Average() / 1000,7:0}  {nanos[nanos.Count * 99 / 100] / 1000,6}  {nanos[^1] / 1000,10}"
            + $"  {sink.Emitted,25}  {complete,31}";
    }

    private static void Tick(
        GroupTable table, StateContext context, Batch batch, ulong[] hashes, int[] groups, Func<int, long> keyOf)
    {
        var keys = batch[0].Values<long>();
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = keyOf(i);
        }

        HashKernel.Hash(batch, [0], 1, hashes);
        table.FindOrInsert(batch, [0], hashes, groups);
        for (int a = 0; a < 3; a++)
        {
            var cells = table.Current<long>(a);
            foreach (int group in groups)
            {
                cells[group] += a;
            }
        }

        table.EndTick();
        context.EndTick();
    }

    /// <summary>Copies keys and accumulators to memory, as a writer of runs would.</summary>
    private sealed class CopySink : IGroupSink, IDisposable
    {
        private readonly Arena _memory = new();

        internal long Emitted { get; private set; }

        internal void Reset()
        {
            _memory.Reset(int.MaxValue);
            Emitted = 0;
        }

        public void Delete(ReadOnlySpan<int> groups)
        {
        }

        public void Upsert(GroupTable table, ReadOnlySpan<int> groups)
        {
            Emitted += groups.Length;
            table.GatherKey(0, groups, _memory);
            for (int a = 0; a < 3; a++)
            {
                var cells = table.Current<long>(a);
                var copy = _memory.Allocate<long>(groups.Length);
                for (int i = 0; i < groups.Length; i++)
                {
                    copy[i] = cells[groups[i]];
                }
            }
        }

        public void Dispose() => _memory.Dispose();
    }
}
