using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Experiments;

/// <summary>
/// Accumulators beside their group's key in one record, or each in an array of its own: ns a row (CPU time) of hash,
/// find and one pass an accumulator, uniform keys, ticks of 65,536 rows. The touched groups' old values are saved in
/// both forms.
/// </summary>
internal sealed class GroupLayouts : IExperiment
{
    private const int BatchRows = 4096;
    private const int TickBatches = 16;
    private const int Rows = 4 << 20;

    public string Name => "group-layout";

    public string Summary => "group tables row-wise and column-wise, by number of groups and accumulators";

    public int Run(TextWriter output)
    {
        output.WriteLine("groups     accumulators  row-wise  column-wise (ns/row)");
        foreach (int groups in new[] { 1000, 100_000, 1_000_000, 4_000_000 })
        {
            using var arena = new Arena();
            var batches = Batches(arena, groups);
            foreach (int accumulators in new[] { 1, 3, 8 })
            {
                double rowWise = Enumerable.Range(0, 4).Min(_ => RowWise(batches, accumulators));
                double columnWise = Enumerable.Range(0, 4).Min(_ => ColumnWise(batches, accumulators));
                output.WriteLine($"{groups,-9}  {accumulators,12}  {rowWise,8:0.0}  {columnWise,11:0.0}");
            }
        }

        return 0;
    }

    private static List<Batch> Batches(Arena arena, int groups)
    {
        var random = new SeededRandom(3);
        var batches = new List<Batch>();
        for (int at = 0; at < Rows; at += BatchRows)
        {
            var batch = new Batch().Reset(BatchRows, 1);
            batch[0] = Vector.Allocate(arena, SqlType.Int64, BatchRows);
            foreach (ref long value in batch[0].Values<long>())
            {
                value = random.Next(groups) * 1_000_003;
            }

            batches.Add(batch);
        }

        return batches;
    }

    private static double RowWise(List<Batch> batches, int accumulators)
    {
        using var context = StateContext.Private();
        using var table = new GroupTable(
            new GroupTableSpec("g", [SqlType.Int64], [.. Enumerable.Repeat(8, accumulators)], 1), context);
        return Measure(batches, table, (groups, count) =>
        {
            for (int a = 0; a < accumulators; a++)
            {
                Add(table.Current<long>(a), groups, count);
            }
        });
    }

    private static double ColumnWise(List<Batch> batches, int accumulators)
    {
        using var context = StateContext.Private();
        using var table = new GroupTable(new GroupTableSpec("g", [SqlType.Int64], [], 1), context);
        var columns = Enumerable.Range(0, accumulators).Select(_ => new RecordPages(8)).ToArray();
        var saved = Enumerable.Range(0, accumulators).Select(_ => new RecordPages(8)).ToArray();
        int savedCount = 0;
        double nanos = Measure(batches, table, (groups, count) =>
        {
            var touched = table.Touched;
            savedCount = touched.Length < savedCount ? 0 : savedCount;
            for (int a = 0; a < accumulators; a++)
            {
                Cover(columns[a], table.GroupNumbersEnd);
                Cover(saved[a], touched.Length);
                var cells = columns[a].View<long>(0);
                var old = saved[a].View<long>(0);
                for (int i = savedCount; i < touched.Length; i++)
                {
                    old[i] = cells[touched[i]];
                }

                Add(cells, groups, count);
            }

            savedCount = touched.Length;
        });
        Array.ForEach(columns, c => c.Dispose());
        Array.ForEach(saved, c => c.Dispose());
        return nanos;
    }

    private static double Measure(List<Batch> batches, GroupTable table, Action<int[], int> update)
    {
        int[] groups = new int[BatchRows];
        ulong[] hashes = new ulong[BatchRows];
        long start = CpuClock.ThreadNanos;
        for (int b = 0; b < batches.Count; b++)
        {
            HashKernel.Hash(batches[b], [0], 1, hashes);
            table.FindOrInsert(batches[b], [0], hashes, groups);
            update(groups, BatchRows);
            if (b % TickBatches == TickBatches - 1)
            {
                table.EndTick();
            }
        }

        return (double)(CpuClock.ThreadNanos - start) / Rows;
    }

    private static void Add(Accumulators<long> cells, int[] groups, int count)
    {
        for (int i = 0; i < count; i++)
        {
            cells[groups[i]] += i;
        }
    }

    private static void Cover(RecordPages pages, int count)
    {
        while (pages.Capacity < count)
        {
            pages.AddPage();
        }
    }
}
