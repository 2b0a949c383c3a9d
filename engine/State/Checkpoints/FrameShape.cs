using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.Types;
using Vectorized.Storage.Encoding;

namespace Vectorized.Engine.State.Checkpoints;

/// <summary>
/// What is needed to take some entries out of a frame without the structure: the columns of its batches, and how many bytes
/// an entry has behind them; what the directory of their runs finds them by, if they have one. Immutable; any thread.
/// </summary>
internal sealed record FrameShape(IReadOnlyList<SqlType> Columns, int EntryBytes, DirectoryKey? Directory = null)
{
    /// <summary>A frame of rows or groups with only the entries that are of use.</summary>
    internal void Sift(
        in StateFrame frame, RunLoad runs, int run, RunOutput output, DirectoryWriter? directory, Arena arena, ref long entries)
    {
        var bytes = new ByteReader(frame.Body);
        int count = bytes.ReadInt32();
        var numbers = MemoryMarshal.Cast<byte, uint>(bytes.Take((long)count * sizeof(uint)));
        var kept = arena.Allocate<int>(count);
        int keptCount = 0;
        for (int i = 0; i < count; i++)
        {
            kept[keptCount] = i;
            keptCount += runs.Take(run, numbers[i]) ? 1 : 0;
        }

        entries += keptCount;
        if (keptCount == count)
        {
            directory?.AddRows(output, BatchCodec.Read(ref bytes, Columns, arena), arena);
            output.Append(frame.Whole);
            return;
        }

        if (keptCount == 0)
        {
            return;
        }

        kept = kept[..keptCount];
        var batch = BatchTake.Take(BatchCodec.Read(ref bytes, Columns, arena), kept, arena, new BatchPool());
        directory?.AddRows(output, batch, arena);
        var into = output.Begin(frame.Kind);
        into.WriteInt32(keptCount);
        foreach (int i in kept)
        {
            into.WriteInt32((int)numbers[i]);
        }

        BatchCodec.Write(into, batch, arena);
        if (EntryBytes > 0)
        {
            var rest = bytes.Take((long)count * EntryBytes);
            foreach (int i in kept)
            {
                rest.Slice(i * EntryBytes, EntryBytes).CopyTo(into.GetSpan(EntryBytes));
                into.Advance(EntryBytes);
            }
        }

        output.EndFrame();
    }
}
