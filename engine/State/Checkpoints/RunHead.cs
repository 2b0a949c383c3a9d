using System.Buffers.Binary;

namespace Vectorized.Engine.State.Checkpoints;

/// <summary>
/// The head of a run: entries i64, gone numbers i64, then what the structure's kind needs. What merging and measuring look at.
/// </summary>
internal static class RunHead
{
    private const int CountsBytes = 2 * sizeof(long);

    internal static byte[] Of(long entries, long gone, ReadOnlySpan<byte> rest = default)
    {
        byte[] head = new byte[CountsBytes + rest.Length];
        BinaryPrimitives.WriteInt64LittleEndian(head, entries);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(sizeof(long)), gone);
        rest.CopyTo(head.AsSpan(CountsBytes));
        return head;
    }

    internal static long EntriesOf(ReadOnlySpan<byte> head) => BinaryPrimitives.ReadInt64LittleEndian(head);

    internal static ReadOnlySpan<byte> RestOf(ReadOnlySpan<byte> head) => head[CountsBytes..];
}
