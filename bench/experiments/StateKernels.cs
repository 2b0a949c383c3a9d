using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Experiments;

/// <summary>
/// What the state primitives cost a row, one thread, CPU time: group tables (hash, find, count/sum/max, tick end) and
/// arrangements (append, keyed insert, update, probe) over key patterns; ticks of 16 batches. The best of five runs.
/// </summary>
internal sealed class StateKernels : IExperiment
{
    private const int BatchRows = 4096;
    private const int TickBatches = 16;

    public string Name => "state-kernels";

    public string Summary => "ns a row of group tables and arrangements over key patterns";

    public int Run(TextWriter output)
    {
        foreach (var (label, types, rows, next) in Patterns().Where(p => IsChosen("groups " + p.Item1)))
        {
            using var input = new Input(types, rows, next);
            double group = Best(() => Groups(input, types));
            output.WriteLine($"groups  {label,-28} {group,7:0.0} ns/row");
        }

        foreach (var (label, types, rows, next) in Patterns().Where(p => IsChosen("join " + p.Item1)))
        {
            using var input = new Input(types, Math.Min(rows, 2 << 20), next);
            output.WriteLine($"join    {label,-28} append {Best(() => Append(input, types)),7:0.0}  probe {_probe,7:0.0} ns/row");
        }

        foreach (int keys in new[] { 10_000, 1_000_000 })
        {
            foreach (bool dense in new[] { true, false }.Where(_ => IsChosen("updates")))
            {
                string kind = dense ? "dense" : "sparse";
                output.WriteLine($"updates {keys,9} keys {kind,-8} {Best(() => Updates(keys, dense)),7:0.0} ns/update");
            }
        }

        return 0;
    }

    private double _probe;

    private static IEnumerable<(string, SqlType[], int, Func<SeededRandom, int, int, long>)> Patterns()
    {
        SqlType[] one = [SqlType.Int64];
        SqlType[] two = [SqlType.Int64, SqlType.Int64];
        yield return ("int8, 1K uniform", one, 4 << 20, (r, i, c) => r.Next(1000) * 1_000_003);
        yield return ("int8, 100K uniform", one, 4 << 20, (r, i, c) => r.Next(100_000) * 1_000_003);
        yield return ("int8, 1M uniform", one, 8 << 20, (r, i, c) => r.Next(1_000_000) * 1_000_003);
        yield return ("int8, 1M uniform, dense", one, 8 << 20, (r, i, c) => r.Next(1_000_000));
        yield return ("int8, auctions of nexmark", one, 8 << 20, (r, i, c) =>
        {
            long last = 1000 + (i * 3L / 46);
            return r.Next(2) == 0 ? last / 100 * 100 : Math.Max(1000, last - 100 + r.Next(110));
        }
        );
        yield return ("2 x int8, 1M pairs", two, 8 << 20, (r, i, c) => c == 0 ? r.Next(10_000) : r.Next(100));
        yield return ("varchar, 10K of 16 bytes", [SqlType.Varchar], 4 << 20, (r, i, c) => r.Next(10_000));
        yield return ("varchar, 1M of 16 bytes", [SqlType.Varchar], 4 << 20, (r, i, c) => r.Next(1_000_000));
    }

    /// <summary>The variable ONLY chooses cases by a part of their name.</summary>
    private static bool IsChosen(string name) =>
        name.Contains(Environment.GetEnvironmentVariable("ONLY") ?? string.Empty, StringComparison.Ordinal);

    private static double Best(Func<double> run) => Enumerable.Range(0, 5).Min(_ => run());

    private static double Groups(Input input, SqlType[] types)
    {
        using var context = StateContext.Private();
        using var table = new GroupTable(new GroupTableSpec("g", types, [8, 8, 8], 1), context);
        int[] groups = new int[BatchRows];
        ulong[] hashes = new ulong[BatchRows];
        int[] columns = [.. Enumerable.Range(0, types.Length)];
        long start = CpuClock.ThreadNanos;
        for (int b = 0; b < input.Batches.Count; b++)
        {
            var batch = input.Batches[b];
            HashKernel.Hash(batch, columns, 1, hashes);
            table.FindOrInsert(batch, columns, hashes, groups);
            var counts = table.Current<long>(0);
            var sums = table.Current<long>(1);
            var maxes = table.Current<long>(2);
            for (int i = 0; i < batch.RowCount; i++)
            {
                counts[groups[i]]++;
            }

            for (int i = 0; i < batch.RowCount; i++)
            {
                sums[groups[i]] += i;
            }

            for (int i = 0; i < batch.RowCount; i++)
            {
                ref long max = ref maxes[groups[i]];
                max = Math.Max(max, i);
            }

            if (b % TickBatches == TickBatches - 1)
            {
                table.EndTick();
            }
        }

        return Nanos(start) / input.Rows;
    }

    private double Append(Input input, SqlType[] types)
    {
        using var context = StateContext.Private();
        int[] columns = [.. Enumerable.Range(0, types.Length)];
        using var arrangement = new Arrangement(new ArrangementSpec("a", types, null, true, [columns], 1), context);
        long start = CpuClock.ThreadNanos;
        foreach (var batch in input.Batches)
        {
            arrangement.Apply(batch, 1);
        }

        double append = Nanos(start) / input.Rows;
        using var matches = new MatchList();
        ulong[] hashes = new ulong[BatchRows];
        uint[] rows = new uint[BatchRows];
        start = CpuClock.ThreadNanos;
        foreach (var batch in input.Batches)
        {
            HashKernel.Hash(batch, columns, 1, hashes);
            arrangement.ProbeFirst(0, batch, columns, hashes, Stamp.After(1), rows);
        }

        _probe = Nanos(start) / input.Rows;
        return append;
    }

    private static double Updates(int keys, bool dense)
    {
        SqlType[] types = [SqlType.Int64, SqlType.Int64, SqlType.Int64, SqlType.Varchar];
        using var context = StateContext.Private();
        using var arrangement = new Arrangement(new ArrangementSpec("a", types, [0], false, [[0]], 1), context);
        var random = new SeededRandom(5);
        long[] versions = new long[keys];
        const int perTick = 8192;
        using var arena = new Arena();
        long tick = 0;
        long nanos = 0;
        long updates = 0;
        for (int round = 0; round < 100 + (keys / perTick); round++)
        {
            tick++;
            var batch = new Batch().Reset(2 * perTick, 4);
            for (int c = 0; c < 4; c++)
            {
                batch[c] = Vector.Allocate(arena, types[c], 2 * perTick);
            }

            var weights = arena.Allocate<long>(2 * perTick);
            int rows = 0;
            int first = (int)random.Next(keys);
            for (int i = 0; i < perTick; i++)
            {
                int key = round < 1 + (keys / perTick) ? (round * perTick) + i : (int)(((long)first + (i * 7919L)) % keys);
                if (key >= keys)
                {
                    break;
                }

                for (int sign = versions[key] == 0 ? 1 : -1; sign <= 1; sign += 2)
                {
                    long version = versions[key] + ((sign + 1) / 2);
                    batch[0].Values<long>()[rows] = dense ? key : key * 1_000_003L;
                    batch[1].Values<long>()[rows] = version;
                    batch[2].Values<long>()[rows] = key;
                    batch[3].Views[rows] = StringView.Inline("short"u8);
                    weights[rows++] = sign;
                }

                versions[key]++;
            }

            batch = Cut(batch, rows, weights, arena);
            long start = CpuClock.ThreadNanos;
            arrangement.Apply(batch, tick);
            context.Ticks.Publish(tick);
            context.EndTick();
            if (round > 20 + (keys / perTick))
            {
                nanos += (long)Nanos(start);
                updates += rows / 2;
            }

            arena.Reset();
        }

        return (double)nanos / updates;
    }

    private static Batch Cut(Batch batch, int rows, Span<long> weights, Arena arena)
    {
        var cut = new Batch().Reset(rows, batch.ColumnCount);
        for (int c = 0; c < batch.ColumnCount; c++)
        {
            cut[c] = batch[c].Slice(0, rows);
        }

        cut.SetWeights(weights[..rows]);
        return cut;
    }

    private static double Nanos(long start) => CpuClock.ThreadNanos - start;

    private sealed class Input : IDisposable
    {
        private readonly Arena _arena = new();

        internal Input(SqlType[] types, int rows, Func<SeededRandom, int, int, long> next)
        {
            var random = new SeededRandom(9);
            Rows = rows;
            for (int at = 0; at < rows; at += BatchRows)
            {
                var batch = new Batch().Reset(BatchRows, types.Length);
                for (int c = 0; c < types.Length; c++)
                {
                    batch[c] = Vector.Allocate(_arena, types[c], BatchRows);
                    for (int i = 0; i < BatchRows; i++)
                    {
                        long value = next(random, at + i, c);
                        if (types[c].Layout == Layout.View)
                        {
                            batch[c].Views[i] = _arena.AddString(System.Text.Encoding.ASCII.GetBytes($"key {value:000000000000}"));
                        }
                        else
                        {
                            batch[c].Values<long>()[i] = value;
                        }
                    }
                }

                Batches.Add(batch);
            }
        }

        internal List<Batch> Batches { get; } = [];

        internal int Rows { get; }

        public void Dispose() => _arena.Dispose();
    }
}
