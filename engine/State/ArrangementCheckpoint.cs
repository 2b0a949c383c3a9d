using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.State.Checkpoints;
using Vectorized.Storage;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Encoding;

namespace Vectorized.Engine.State;

/// <summary>
/// The part that lasts. A capture costs O(chunks): rows go by reference, read by a writer that holds a pin of the tick. A run
/// holds the rows born or moved since the capture before, under their ids, the ids of written rows that are gone, and the
/// table of chunks. A loaded row has its old id; its indexes are built anew.
/// </summary>
internal sealed unsafe partial class Arrangement
{
    private const int ChunkEntryBytes = 12;

    string IPersistent.Schema =>
        $"rows ({string.Join(", ", Spec.Columns)}) key ({(Spec.Key is null ? "" : string.Join(',', Spec.Key))})"
        + (Spec.AppendOnly ? " append-only" : "");

    FrameShape? IPersistent.Shape => new(Spec.Columns, 0, DirectoryKey);

    void IPersistent.Track() => Rows.TrackCheckpoints();

    StateCapture? IPersistent.Capture(bool whole, long tick)
    {
        RequireLoaded();
        bool all = whole || Rows.CapturedTick == long.MinValue;
        bool hasNew = all || Rows.HasNew();
        long since = all ? long.MinValue : Rows.CapturedTick;
        int generation = Rows.Generation;
        var gone = Rows.Capture(tick);
        return !hasNew && gone.Count == 0 ? null
            : new RowsCapture(this, all, since, tick, all ? int.MinValue : generation, all ? [] : gone);
    }

    void IPersistent.Load(RunLoad runs, long tick)
    {
        if (runs.Count == 0)
        {
            Rows.EndRestore([], 0, tick);
            EndDeferral();
            return;
        }

        var (order, open) = RestoreChunks(runs.NewestHead, tick);
        using var arena = new Arena();
        var ids = new List<uint>();
        var taken = new List<int>();
        for (int run = 0; run < runs.Count; run++)
        {
            foreach (var block in runs.Blocks(run))
            {
                var rest = block.Span;
                while (StateFrame.TryRead(ref rest, out var frame))
                {
                    if (frame.Kind == StateFrame.Gone)
                    {
                        runs.ReadGone(run, in frame);
                        continue;
                    }

                    if (frame.IsDirectory)
                    {
                        continue;
                    }

                    var bytes = frame.Require(StateFrame.Rows);
                    LoadRows(runs, run, ref bytes, arena, ids, taken);
                    arena.Reset();
                }
            }

            runs.EndRun(run);
        }

        Rows.EndRestore(order, open, tick);
        EndDeferral();
    }

    /// <summary>
    /// The newest run names all chunks: number, capacity and row count i32 each, in scan order, after the open one's number.
    /// </summary>
    private (int[] Order, int Open) RestoreChunks(ReadOnlySpan<byte> head, long tick)
    {
        int open = BinaryPrimitives.ReadInt32LittleEndian(head);
        head = head[sizeof(int)..];
        int[] order = new int[head.Length / ChunkEntryBytes];
        for (int i = 0; i < order.Length; i++)
        {
            var entry = MemoryMarshal.Cast<byte, int>(head.Slice(i * ChunkEntryBytes, ChunkEntryBytes));
            order[i] = entry[0];
            Rows.RestoreChunk(entry[0], entry[1], entry[2], tick);
        }

        return (order, open);
    }

    private void LoadRows(RunLoad runs, int run, ref ByteReader bytes, Arena arena, List<uint> ids, List<int> taken)
    {
        int count = bytes.ReadInt32();
        var stored = MemoryMarshal.Cast<byte, uint>(bytes.Take((long)count * sizeof(uint)));
        ids.Clear();
        taken.Clear();
        for (int i = 0; i < count; i++)
        {
            if (runs.Take(run, stored[i]))
            {
                ids.Add(stored[i]);
                taken.Add(i);
            }
        }

        var batch = BatchCodec.Read(ref bytes, Spec.Columns, arena);
        if (ids.Count == 0)
        {
            return;
        }

        var rows = CollectionsMarshal.AsSpan(ids);
        var source = taken.Count == count ? default : CollectionsMarshal.AsSpan(taken);
        foreach (uint row in rows)
        {
            if (Rows.OwnerAt(row) is null)
            {
                throw runs.Broken($"row {row:x8} stands in a chunk that is not there");
            }
        }

        RowWriter.Write(Rows, batch, source, rows, reusedCount: 0);
        for (int i = 0; batch.HasWeights && i < rows.Length; i++)
        {
            Rows.SetCount(rows[i], batch.Weight(source.IsEmpty ? i : source[i]));
        }

        Rows.Revive(rows);
        foreach (var index in _indexes)
        {
            LoadIndex(index, batch, source, rows);
        }

        Context.Scratch.Reset(4);
    }

    private void LoadIndex(KeyIndex index, Batch batch, ReadOnlySpan<int> source, ReadOnlySpan<uint> rows)
    {
        if (!index.IsUnique)
        {
            AddToIndex(index, batch, source, rows);
            return;
        }

        var hashes = KeyHashing.Of(batch, index.Columns, Spec.HashSeed, Context.Scratch);
        foreach (ulong hash in hashes)
        {
            index.Prefetch(hash);
        }

        for (int i = 0; i < rows.Length; i++)
        {
            int row = source.IsEmpty ? i : source[i];
            bool isNull = index.IsInteger && !batch[index.Columns[0]].IsValid(row);
            index.SetRow(hashes[row], isNull, 0, rows[i]);
        }
    }

    /// <summary>Chunks and row counts as they stood when the state was fixed; written under a pin of that tick.</summary>
    private sealed class RowsCapture : StateCapture
    {
        private readonly Arrangement _arrangement;
        private readonly long _since;
        private readonly long _tick;
        private readonly int _generation;
        private readonly List<uint> _gone;
        private readonly int[] _chunks;
        private readonly byte[] _table;

        internal RowsCapture(Arrangement arrangement, bool whole, long since, long tick, int generation, List<uint> gone)
            : base(whole)
        {
            _arrangement = arrangement;
            _since = since;
            _tick = tick;
            _generation = generation;
            _gone = gone;
            _chunks = arrangement.Rows.ScanOrder;
            _table = new byte[sizeof(int) + (_chunks.Length * ChunkEntryBytes)];
            BinaryPrimitives.WriteInt32LittleEndian(_table, arrangement.Rows.OpenChunkNumber);
            for (int i = 0; i < _chunks.Length; i++)
            {
                var chunk = arrangement.Rows.ChunkAt(_chunks[i]);
                var entry = _table.AsSpan(sizeof(int) + (i * ChunkEntryBytes));
                BinaryPrimitives.WriteInt32LittleEndian(entry, _chunks[i]);
                BinaryPrimitives.WriteInt32LittleEndian(entry[4..], chunk->Capacity);
                BinaryPrimitives.WriteInt32LittleEndian(entry[8..], chunk->RowCount);
            }
        }

        internal override bool Drain(int entriesMax) => true;

        internal override RunRef Write(RunOutput output)
        {
            using var arena = new Arena();
            using var directory = _arrangement.DirectoryKey is { } key ? new DirectoryWriter(key) : null;
            WriteGone(output, directory);
            long entries = 0;
            for (int i = 0; i < _chunks.Length; i++)
            {
                var chunk = _arrangement.Rows.ChunkAt(_chunks[i]);
                bool moved = chunk->MovedIn == _generation;
                if (IsWhole || moved || Volatile.Read(ref chunk->BirthMax) > _since)
                {
                    int rowCount = BinaryPrimitives.ReadInt32LittleEndian(_table.AsSpan(sizeof(int) + (i * ChunkEntryBytes) + 8));
                    bool all = moved || IsWhole || _since < chunk->TickBase;
                    entries += WriteChunk(output, directory, _chunks[i], rowCount, all, arena);
                }
            }

            directory?.End(output);
            return output.End(RunHead.Of(entries, _gone.Count, _table));
        }

        private void WriteGone(RunOutput output, DirectoryWriter? directory)
        {
            const int PieceMax = 1 << 14;
            for (int start = 0; start < _gone.Count; start += PieceMax)
            {
                var piece = CollectionsMarshal.AsSpan(_gone).Slice(start, Math.Min(PieceMax, _gone.Count - start));
                var into = output.Begin(StateFrame.Gone);
                into.WriteRunOf(piece);
                output.EndFrame();
                directory?.AddGone(piece);
                directory?.Step(output);
            }
        }

        private long WriteChunk(RunOutput output, DirectoryWriter? directory, int number, int rowCount, bool all, Arena arena)
        {
            long written = 0;
            for (int start = 0; start < rowCount; start += Batch.RowsMax)
            {
                arena.Reset();
                int count = Math.Min(Batch.RowsMax, rowCount - start);
                var ids = arena.Allocate<uint>(count);
                var chunk = _arrangement.Rows.ChunkAt(number);
                uint* deaths = chunk->Deaths;
                uint first = ((uint)number << RowStore.RowBits) | (uint)start;
                int found = Visibility.Select(
                    chunk->Births + start, deaths == null ? null : deaths + start, count, chunk->Relative(_tick), first, ids);
                if (!all)
                {
                    uint since = chunk->Relative(_since);
                    int kept = 0;
                    for (int i = 0; i < found; i++)
                    {
                        ids[kept] = ids[i];
                        kept += chunk->Births[RowStore.RowOf(ids[i])] > since ? 1 : 0;
                    }

                    found = kept;
                }

                if (found > 0)
                {
                    WriteRows(output, directory, ids[..found], arena);
                    written += found;
                }
            }

            return written;
        }

        private void WriteRows(RunOutput output, DirectoryWriter? directory, ReadOnlySpan<uint> ids, Arena arena)
        {
            var batch = new Batch().Reset(ids.Length, _arrangement.Spec.Columns.Count);
            for (int i = 0; i < batch.ColumnCount; i++)
            {
                batch[i] = _arrangement.Gather(ids, i, arena);
            }

            batch.SetWeights(_arrangement.GatherCounts(ids, arena));
            directory?.AddRows(output, batch, arena);
            var into = output.Begin(StateFrame.Rows);
            into.WriteRunOf(ids);
            BatchCodec.Write(into, batch, arena);
            output.EndFrame();
            directory?.Step(output);
        }
    }
}
