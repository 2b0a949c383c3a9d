using System.Diagnostics;
using Vectorized.Engine.Columns;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.State;

/// <summary>
/// Readers on other threads while the writer executes ticks. What a key holds at a tick is a pure function of both, so that
/// every row a reader sees can be checked without asking anyone.
/// </summary>
[Collection("alone")]
public sealed class ArrangementStressTests
{
    private const ulong Seed = 99;
    private const int Keys = 20_000;
    private const int Period = 24;
    private const int ColorCount = 61;

    private static readonly SqlType[] _types = [SqlType.Int64, SqlType.Int64, SqlType.Int32, SqlType.Varchar];

    [Theory]
    [InlineData(1)]
    [InlineData(1_000_003)]
    public void ReadersBesideTheWriter_EveryPinnedTick_IsRight(long stride)
    {
        long bytesBefore = BlockPool.LiveBytes;
        using (var world = new World(stride))
        {
            var failures = new List<Exception>();
            Thread[] readers = [.. Enumerable.Range(0, 3).Select(i => new Thread(() => Guard(failures, () => Read(world, i))))];
            Array.ForEach(readers, r => r.Start());
            Guard(failures, () => Write(world));
            world.Stopped = true;
            Array.ForEach(readers, r => r.Join());
            Assert.Empty(failures);
            Assert.True(world.Reads > 50, $"{world.Reads} reads");
            Assert.True(world.Arrangement.CompactedChunks > 0);
        }

        Assert.Equal(bytesBefore, BlockPool.LiveBytes);
    }

    private sealed class World : IDisposable
    {
        internal readonly EpochProtection Epochs = new();
        internal readonly TickPins Ticks = new();
        internal readonly StateContext Context;
        internal readonly Arrangement Arrangement;
        internal readonly long Stride;
        internal volatile bool Stopped;
        internal int Reads;

        internal World(long stride)
        {
            Stride = stride;
            Context = new StateContext(Epochs, Ticks);
            Arrangement = new Arrangement(new ArrangementSpec("stress", _types, [0], Indexes: [[0], [2]], HashSeed: Seed), Context);
            Arrangement.Rows.SparseRowsMin = 2000;
        }

        public void Dispose()
        {
            Arrangement.Dispose();
            Context.Dispose();
            Epochs.Dispose();
            Ticks.Dispose();
        }
    }

    private static void Guard(List<Exception> failures, Action body)
    {
        try
        {
            body();
        }
        catch (Exception e)
        {
            lock (failures)
            {
                failures.Add(e);
            }
        }
    }

    private static ulong Mix(long key, long tick)
    {
        ulong x = ((ulong)key * 0x9E3779B97F4A7C15) ^ ((ulong)tick * 0xD6E8FEB86659FD93) ^ Seed;
        x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93;
        return x ^ (x >> 29);
    }

    private static bool Changes(long key, long tick) => tick > 0 && Mix(key, tick) % Period == 0;

    /// <summary>Tides: for 40 ticks most changes write, for 40 most delete, so that chunks empty and are compacted.</summary>
    private static bool Deletes(long key, long tick) => Mix(key, tick + 1_000_000) % 10 < (tick / 40 % 2 == 0 ? 2UL : 9UL);

    /// <summary>The tick of the version a key has at a tick, 0 if it is not there.</summary>
    private static long VersionAt(long key, long tick)
    {
        while (tick > 0 && !Changes(key, tick))
        {
            tick--;
        }

        return tick == 0 || Deletes(key, tick) ? 0 : tick;
    }

    private static int Color(long key, long version) => (int)((key + version) % ColorCount);

    private static string Name(long key, long version) => $"key {key} of tick {version}, long enough to be kept apart";

    private static void Write(World world)
    {
        var watch = Stopwatch.StartNew();
        bool IsDone(long tick) => tick >= 170 && world.Arrangement.CompactedChunks > 0 && watch.Elapsed > TimeSpan.FromSeconds(4);
        for (long tick = 1; !IsDone(tick) && watch.Elapsed < TimeSpan.FromSeconds(30); tick++)
        {
            var builder = new BatchBuilder(_types);
            for (long key = 0; key < Keys; key++)
            {
                if (!Changes(key, tick))
                {
                    continue;
                }

                long old = VersionAt(key, tick - 1);
                if (old != 0)
                {
                    Append(builder, world, key, old, -1);
                }

                if (!Deletes(key, tick))
                {
                    Append(builder, world, key, tick, 1);
                }
            }

            using var delta = builder.Build();
            world.Arrangement.Apply(delta.Batch, tick);
            if (tick % 3 != 1)
            {
                world.Ticks.Publish(tick);
            }

            world.Ticks.Refresh();
            world.Context.EndTick();
        }
    }

    private static void Append(BatchBuilder builder, World world, long key, long version, long weight)
    {
        builder[0].Append(key * world.Stride);
        builder[1].Append(version);
        builder[2].Append(Color(key, version));
        builder[3].AppendBytes(System.Text.Encoding.UTF8.GetBytes(Name(key, version)));
        builder.EndRow(weight);
    }

    private static void Read(World world, int reader)
    {
        var random = new SeededRandom((ulong)reader);
        using var arena = new Arena();
        using var matches = new MatchList(500);
        while (!world.Stopped)
        {
            using var pin = ReadPin.Published(world.Epochs, world.Ticks);
            for (int round = (int)random.Next(3); round >= 0; round--)
            {
                if (reader == 0)
                {
                    ScanAll(world, pin.Tick, arena);
                }
                else
                {
                    LookUp(world, pin.Tick, arena, random);
                    ByColor(world, pin.Tick, arena, matches, (int)random.Next(ColorCount));
                }

                arena.Reset();
                Interlocked.Increment(ref world.Reads);
            }
        }
    }

    private static void ScanAll(World world, long tick, Arena arena)
    {
        var batch = new Batch();
        var scan = world.Arrangement.Scan(tick, [0, 1, 2, 3]);
        var seen = new HashSet<long>();
        while (scan.Next(batch, arena))
        {
            for (int i = 0; i < batch.RowCount; i++)
            {
                long key = batch[0].Value<long>(i) / world.Stride;
                Assert.True(seen.Add(key), $"key {key} twice at {tick}");
                CheckRow(key, tick, batch[1].Value<long>(i), batch[2].Value<int>(i), batch[3].Bytes(i));
            }
        }

        for (long key = 0; key < Keys; key += 7)
        {
            Assert.Equal(VersionAt(key, tick) != 0, seen.Contains(key));
        }
    }

    private static void LookUp(World world, long tick, Arena arena, SeededRandom random)
    {
        const int count = 300;
        var keys = new Batch().Reset(count, 1);
        keys[0] = Vector.Allocate(arena, SqlType.Int64, count);
        for (int i = 0; i < count; i++)
        {
            keys[0].Values<long>()[i] = random.Next(Keys) * world.Stride;
        }

        var rows = arena.Allocate<uint>(count);
        world.Arrangement.ProbeFirst(0, keys, [0], RandomRows.Hash(keys, [0], Seed), Stamp.After(tick), rows);
        var versions = world.Arrangement.Gather(rows, 1, arena);
        var colors = world.Arrangement.Gather(rows, 2, arena);
        var names = world.Arrangement.Gather(rows, 3, arena);
        for (int i = 0; i < count; i++)
        {
            long key = keys[0].Value<long>(i) / world.Stride;
            Assert.Equal(VersionAt(key, tick) != 0, rows[i] != 0);
            if (rows[i] != 0)
            {
                CheckRow(key, tick, versions.Value<long>(i), colors.Value<int>(i), names.Bytes(i));
            }
        }
    }

    private static void ByColor(World world, long tick, Arena arena, MatchList matches, int color)
    {
        var keys = new Batch().Reset(1, 1);
        keys[0] = Datum.OfInt32(color).ToConstant(arena, 1);
        var cursor = default(ProbeCursor);
        var seen = new HashSet<long>();
        bool more = true;
        while (more)
        {
            matches.Clear();
            more = world.Arrangement.Probe(
                1, keys, [0], RandomRows.Hash(keys, [0], Seed), Stamp.After(tick), ref cursor, matches);
            var found = world.Arrangement.Gather(matches.RowIds, 0, arena);
            var versions = world.Arrangement.Gather(matches.RowIds, 1, arena);
            for (int i = 0; i < matches.Count; i++)
            {
                long key = found.Value<long>(i) / world.Stride;
                Assert.True(seen.Add(key), $"key {key} twice under color {color} at {tick}");
                Assert.Equal(VersionAt(key, tick), versions.Value<long>(i));
                Assert.Equal(color, Color(key, versions.Value<long>(i)));
            }
        }

        for (long key = 0; key < Keys; key += 11)
        {
            long version = VersionAt(key, tick);
            Assert.Equal(version != 0 && Color(key, version) == color, seen.Contains(key));
        }
    }

    private static void CheckRow(long key, long tick, long version, int color, ReadOnlySpan<byte> name)
    {
        Assert.Equal(VersionAt(key, tick), version);
        Assert.Equal(Color(key, version), color);
        Assert.Equal(Name(key, version), System.Text.Encoding.UTF8.GetString(name));
    }
}
