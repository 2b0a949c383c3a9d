using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State.Checkpoints;
using Vectorized.Engine.Types;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Encoding;

namespace Vectorized.Engine.State;

/// <summary>
/// The part that lasts. A run holds groups by number: keys and string accumulators as columns, the other accumulators as bytes
/// (a string's place among them is zero). A loaded group has its old number, so what names groups by number stays true.
/// </summary>
internal sealed unsafe partial class GroupTable
{
    string IPersistent.Schema =>
        $"groups ({string.Join(", ", Spec.KeyTypes)}) accumulators ({string.Join(',', Spec.AccumulatorBytes)})"
        + (Spec.ViewAccumulators.Count > 0 ? $" strings ({string.Join(',', Spec.ViewAccumulators)})" : "");

    private SqlType[] StoredTypes => [.. Spec.KeyTypes, .. Spec.ViewAccumulators.Select(_ => SqlType.Bytea)];

    FrameShape? IPersistent.Shape => new(StoredTypes, _layout.AccumulatorsBytes);

    void IPersistent.Track()
    {
    }

    StateCapture? IPersistent.Capture(bool whole, long tick)
    {
        if (whole)
        {
            _checkpoint.MarkAll(_next);
        }

        if (!whole && !_checkpoint.HasChanges && _removed.Count == 0)
        {
            return null;
        }

        var capture = new GroupCapture(this, whole);
        BeginCheckpoint(capture);
        return capture;
    }

    void IPersistent.Load(RunLoad runs, long tick)
    {
        using var arena = new Arena();
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

                    var bytes = frame.Require(StateFrame.Groups);
                    LoadGroups(runs, run, ref bytes, arena);
                    arena.Reset();
                }
            }

            runs.EndRun(run);
        }

        for (int group = _next - 1; group >= 0; group--)
        {
            if (HeaderOf(group)->State == GroupHeader.Absent)
            {
                _free.Push(group);
            }
        }
    }

    private void LoadGroups(RunLoad runs, int run, ref ByteReader bytes, Arena arena)
    {
        int count = bytes.ReadInt32();
        var numbers = MemoryMarshal.Cast<byte, int>(bytes.Take((long)count * sizeof(int)));
        var columns = BatchCodec.Read(ref bytes, StoredTypes, arena);
        var accumulators = bytes.Take((long)count * _layout.AccumulatorsBytes);
        int keys = Spec.KeyTypes.Count;
        var hashes = KeyHashing.Of(columns, _keyOrder, Spec.HashSeed, arena);
        foreach (ulong hash in hashes)
        {
            _table.Prefetch(hash);
        }

        for (int row = 0; row < count; row++)
        {
            int group = numbers[row];
            if (group < 0 || !runs.Take(run, (uint)group))
            {
                continue;
            }

            while (group >= _records.Capacity)
            {
                _records.AddPage();
            }

            _next = Math.Max(_next, group + 1);
            byte* record = _records.At(group);
            ((GroupHeader*)record)->StateAndNulls = GroupHeader.Present;
            WriteKeys(record, columns, _keyOrder, row);
            accumulators.Slice(row * _layout.AccumulatorsBytes, _layout.AccumulatorsBytes)
                .CopyTo(new Span<byte>(record + _layout.AccumulatorsStart, _layout.AccumulatorsBytes));
            for (int i = 0; i < Spec.ViewAccumulators.Count; i++)
            {
                ref var view = ref columns[keys + i].Views[row];
                *ViewCell(record, i) = columns[keys + i].IsValid(row) ? Strings.Keep(ref view) : default;
            }

            bool isNull = _table.Dense is not null && !columns[0].IsValid(row);
            _table.Add(hashes[row], isNull, (uint)group + ValueBase);
            _checkpoint.NoteLoaded(group);
        }
    }

    private StringView* ViewCell(byte* record, int view) =>
        (StringView*)(record + _layout.AccumulatorsStart + _layout.AccumulatorOffsets[Spec.ViewAccumulators[view]]);

    /// <summary>Keys and string accumulators of some groups, then their other accumulators, as a frame.</summary>
    private void WriteFrame(FrameBuffer frames, ReadOnlySpan<int> groups)
    {
        var scratch = Context.Scratch;
        var mark = scratch.Position;
        var columns = new Batch().Reset(groups.Length, Spec.KeyTypes.Count + Spec.ViewAccumulators.Count);
        for (int i = 0; i < Spec.KeyTypes.Count; i++)
        {
            columns[i] = GatherKey(i, groups, scratch);
        }

        for (int i = 0; i < Spec.ViewAccumulators.Count; i++)
        {
            var views = Vector.Allocate(scratch, SqlType.Bytea, groups.Length);
            for (int k = 0; k < groups.Length; k++)
            {
                views.Views[k] = *ViewCell(_records.At(groups[k]), i);
            }

            columns[Spec.KeyTypes.Count + i] = views;
        }

        var into = frames.Begin(StateFrame.Groups);
        into.WriteRunOf(groups);
        BatchCodec.Write(into, columns, scratch);
        int stride = _layout.AccumulatorsBytes;
        var bytes = into.GetSpan(Math.Max(groups.Length * stride, 1));
        for (int k = 0; k < groups.Length; k++)
        {
            var target = bytes.Slice(k * stride, stride);
            new ReadOnlySpan<byte>(_records.At(groups[k]) + _layout.AccumulatorsStart, stride).CopyTo(target);
            foreach (int view in Spec.ViewAccumulators)
            {
                target.Slice(_layout.AccumulatorOffsets[view], sizeof(StringView)).Clear();
            }
        }

        into.Advance(groups.Length * stride);
        frames.EndFrame();
        scratch.Release(mark);
    }

    /// <summary>Takes groups as the table hands them over.</summary>
    private sealed class GroupCapture(GroupTable table, bool whole) : StateCapture(whole), IGroupSink
    {
        private const int PieceMax = 512;
        private readonly FrameBuffer _frames = new();
        private long _entries;
        private long _gone;

        internal override bool Drain(int entriesMax) => table.DrainCheckpoint(entriesMax);

        internal override RunRef Write(RunOutput output)
        {
            _frames.MoveTo(output);
            return output.End(RunHead.Of(_entries, _gone));
        }

        void IGroupSink.Delete(ReadOnlySpan<int> groups)
        {
            if (groups.Length > 0)
            {
                _gone += groups.Length;
                var into = _frames.Begin(StateFrame.Gone);
                into.WriteRunOf(groups);
                _frames.EndFrame();
            }
        }

        void IGroupSink.Upsert(GroupTable source, ReadOnlySpan<int> groups)
        {
            _entries += groups.Length;
            for (int start = 0; start < groups.Length; start += PieceMax)
            {
                source.WriteFrame(_frames, groups.Slice(start, Math.Min(PieceMax, groups.Length - start)));
            }
        }
    }
}
