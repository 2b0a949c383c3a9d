using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vectorized.Engine.Columns;

/// <summary>
/// The process-wide table of native blocks: a string view's buffer index is an index into it. Every column therefore
/// shares one list of variadic buffers, and a view can be copied between columns as 16 plain bytes for as long as
/// the block's owner lives; Arrow IPC export renumbers the blocks a column uses. Threads: any may resolve; entries are
/// written before the id is handed out.
/// </summary>
internal static unsafe class BlockTable
{
    /// <summary>Address space only: calloc of this size is backed by pages as they are touched.</summary>
    internal const int BlocksMax = 1 << 24;

    // SAFETY: allocated once for the life of the process and never moved, so a reader needs no fence beyond the one
    // that handed it the id.
    private static readonly byte** _blocks = (byte**)NativeMemory.AllocZeroed(BlocksMax, (nuint)sizeof(byte*));
    private static readonly Lock _lock = new();
    private static readonly Stack<int> _free = new();
    private static int _next = 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte* Address(int block) => _blocks[block];

    internal static int Register(byte* address)
    {
        lock (_lock)
        {
            int id = _free.Count > 0 ? _free.Pop() : _next++;
            if (id >= BlocksMax)
            {
                throw new InsufficientMemoryException("the table of native blocks is full");
            }

            _blocks[id] = address;
            return id;
        }
    }

    internal static void Unregister(int block)
    {
        lock (_lock)
        {
            _blocks[block] = null;
            _free.Push(block);
        }
    }
}
