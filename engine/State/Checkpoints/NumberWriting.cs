using System.Buffers;
using System.Runtime.InteropServices;
using Vectorized.Storage.Encoding;

namespace Vectorized.Engine.State.Checkpoints;

/// <summary>Lists of numbers in frames: their count u32, then themselves, little-endian.</summary>
internal static class NumberWriting
{
    internal static void WriteRunOf(this IBufferWriter<byte> into, ReadOnlySpan<uint> numbers)
    {
        into.WriteInt32(numbers.Length);
        into.Write(MemoryMarshal.AsBytes(numbers));
    }

    internal static void WriteRunOf(this IBufferWriter<byte> into, ReadOnlySpan<int> numbers)
    {
        into.WriteInt32(numbers.Length);
        into.Write(MemoryMarshal.AsBytes(numbers));
    }
}
