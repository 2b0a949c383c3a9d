using System.Diagnostics;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Bench.Experiments;

/// <summary>
/// Experiment 3: point reads from two threads while a third inserts, updates and deletes so that the index's tables are
/// resized, its dense pages made and chunks reclaimed under them. Every row read is checked; latency of a read (pin, probe,
/// gather of two columns, unpin) with and without the writer.
/// </summary>
internal sealed class ReadersBesideResize : IExperiment
{
    private const int Readers = 2;
    private const int TickRows = 4096;
    private const long Stride = 1_000_003;
    private static readonly SqlType[] _types = [SqlType.Int64, SqlType.Int64, SqlType.Int64];

    public string Name => "resize-readers";

    public string Summary => "point reads from 2 threads while the index is resized and reclaimed: no wrong read, p99";

    public int Run(TextWriter output)
    {
        output.WriteLine("keys    writer   reads     wrong  p50 us  p99 us  p99.9 us  rows at end");
        int wrong = 0;
        foreach (bool dense in new[] { false, true })
        {
            foreach (bool writing in new[] { false, true })
            {
                wrong += Measure(dense ? 1 : Stride, writing, output);
            }
        }

        return wrong == 0 ? 0 : 1;
    }

    private static int Measure(long stride, bool writing, TextWriter output)
    {
        var epochs = new EpochProtection();
        var ticks = new TickPins();
        using var context = new StateContext(epochs, ticks);
        using var arrangement = new Arrangement(new ArrangementSpec("a", _types, [0], false, [[0]], 1), context);
        var writer = new Writer(arrangement, context, ticks, stride);
        for (int i = 0; i < 50; i++)
        {
            writer.Tick();
        }

        using var stop = new CancellationTokenSource();
        var reads = Enumerable.Range(0, Readers).Select(i => new Reader(arrangement, epochs, ticks, writer, stride, i)).ToArray();
        var threads = reads.Select(r => new Thread(() => r.Run(stop.Token))).ToArray();
        Array.ForEach(threads, t => t.Start());
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < TimeSpan.FromSeconds(3))
        {
            if (writing)
            {
                writer.Tick();
            }
            else
            {
                Thread.Sleep(10);
            }
        }

        stop.Cancel();
        Array.ForEach(threads, t => t.Join());
        long[] nanos = [.. reads.SelectMany(r => r.Nanos).Order()];
        int wrong = reads.Sum(r => r.Wrong);
        output.WriteLine(
            $"{(stride == 1 ? "dense" : "sparse"),-6}  {(writing ? "running" : "idle"),-7}  {nanos.Length,8}  {wrong,5}"
            + $"  {nanos[nanos.Length / 2] / 1000.0,6:0.00}  {nanos[nanos.Length * 99L / 100] / 1000.0,6:0.00}"
            + $"  {nanos[nanos.Length * 999L / 1000] / 1000.0,8:0.00}  {arrangement.LiveRows,11}");
        return wrong;
    }

    /// <summary>
    /// Each tick inserts new keys at the end, updates some and deletes some: key k was born at tick k / rows; it dies when a
    /// pure function of both says so. A row's second column is the tick that wrote it, its third the key times three.
    /// </summary>
    private sealed class Writer(Arrangement arrangement, StateContext context, TickPins ticks, long stride)
    {
        private readonly List<long> _written = [];
        private long _tick;

        /// <summary>Keys below were inserted at or before the tick.</summary>
        internal static long KeysAt(long tick) => tick * (TickRows / 2);

        internal void Tick()
        {
            _tick++;
            var builder = new BatchBuilder(_types, TickRows);
            void Put(long key, long written, long weight)
            {
                builder[0].Append(key * stride);
                builder[1].Append(written);
                builder[2].Append(key * 3);
                builder.EndRow(weight);
            }

            for (long key = KeysAt(_tick - 1); key < KeysAt(_tick); key++)
            {
                Put(key, _tick, 1);
                _written.Add(_tick);
            }

            // A run of older keys, each every so many ticks: rewritten, and one in eight gone for good.
            for (int i = 0; i < TickRows / 2 && _tick > 1; i++)
            {
                long key = (long)(((ulong)_tick * 0x9E3779B97F4A7C15 >> 20) % (ulong)KeysAt(_tick - 1)) + i;
                if (key >= KeysAt(_tick - 1) || _written[(int)key] == 0)
                {
                    continue;
                }

                Put(key, _written[(int)key], -1);
                _written[(int)key] = key % 8 == 0 ? 0 : _tick;
                if (key % 8 != 0)
                {
                    Put(key, _tick, 1);
                }
            }

            using var delta = builder.Build();
            arrangement.Apply(delta.Batch, _tick);
            ticks.Publish(_tick);
            context.EndTick();
        }
    }

    private sealed class Reader(Arrangement arrangement, EpochProtection epochs, TickPins ticks, Writer writer, long stride, int seed)
    {
        internal List<long> Nanos { get; } = [];

        internal int Wrong { get; private set; }

        internal void Run(CancellationToken stop)
        {
            _ = writer;
            var random = new SeededRandom((ulong)seed);
            using var arena = new Arena();
            var keys = new Batch().Reset(1, 1);
            keys[0] = Vector.Allocate(arena, SqlType.Int64, 1);
            ulong[] hash = new ulong[1];
            uint[] row = new uint[1];
            while (!stop.IsCancellationRequested)
            {
                long start = Stopwatch.GetTimestamp();
                using var pin = ReadPin.Published(epochs, ticks);
                long key = random.Next(Writer.KeysAt(pin.Tick));
                keys[0].Values<long>()[0] = key * stride;
                HashKernel.Hash(keys, [0], 1, hash);
                arrangement.ProbeFirst(0, keys, [0], hash, Stamp.After(pin.Tick), row);
                var mark = arena.Position;
                long written = row[0] == 0 ? 0 : arrangement.Gather(row, 1, arena).Value<long>(0);
                long triple = row[0] == 0 ? key * 3 : arrangement.Gather(row, 2, arena).Value<long>(0);
                arena.Release(mark);
                Nanos.Add((long)Stopwatch.GetElapsedTime(start).TotalNanoseconds);
                // A key that is never deleted must be there, with its own payload, written at or before the pinned tick.
                bool isWrong = triple != key * 3 || written > pin.Tick || (row[0] == 0 && key % 8 != 0);
                Wrong += isWrong ? 1 : 0;
            }
        }
    }
}
