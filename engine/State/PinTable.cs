using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vectorized.Engine.State;

/// <summary>
/// Numbers that readers hold up (an epoch, a tick), a cache line each, and the least of them. Taking a slot is one
/// interlocked write. Whoever looks for the least after unlinking something either sees a slot or its taker sees the
/// unlinking: both sides have a full fence between. Threads: any.
/// </summary>
internal sealed unsafe class PinTable : IDisposable
{
    internal const int PinsMax = 1024;
    private const long Unpinned = long.MaxValue;
    private const int SlotWords = 16;
    private const int StartMask = 15;

    // SAFETY: allocated at the first pin (most queries' own state is never pinned), then lives as long as this object; slots
    // are only read and written with Volatile or Interlocked.
    private nint _slots;
    private int _slotsUsed;

    internal int Take(long value)
    {
        EnsureSlots();
        int start = Environment.CurrentManagedThreadId & StartMask;
        for (int i = 0; i < PinsMax; i++)
        {
            int slot = (start + i) & (PinsMax - 1);
            ref long word = ref Slot(slot);
            if (Volatile.Read(ref word) == Unpinned && Interlocked.CompareExchange(ref word, value, Unpinned) == Unpinned)
            {
                NoteUsed(slot);
                return slot;
            }
        }

        throw new Types.SqlException(Types.SqlState.TooManyConnections, $"more than {PinsMax} readers at once");
    }

    internal void Set(int slot, long value) => Volatile.Write(ref Slot(slot), value);

    internal void Release(int slot) => Volatile.Write(ref Slot(slot), Unpinned);

    /// <summary>The least number held, or <paramref name="otherwise"/> if that is less.</summary>
    internal long Least(long otherwise)
    {
        Interlocked.MemoryBarrier();
        int used = Volatile.Read(ref _slotsUsed);
        for (int i = 0; i < used; i++)
        {
            otherwise = Math.Min(otherwise, Volatile.Read(ref Slot(i)));
        }

        return otherwise;
    }

    /// <summary>A reader may outlive its database: the slots go with the last reference to the table.</summary>
    ~PinTable() => Free();

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        Free();
    }

    private void Free() => NativeMemory.AlignedFree((void*)Interlocked.Exchange(ref _slots, 0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref long Slot(int index) => ref ((long*)Volatile.Read(ref _slots))[index * SlotWords];

    private void EnsureSlots()
    {
        if (Volatile.Read(ref _slots) != 0)
        {
            return;
        }

        var slots = (long*)NativeMemory.AlignedAlloc(PinsMax * SlotWords * sizeof(long), 128);
        new Span<long>(slots, PinsMax * SlotWords).Fill(Unpinned);
        if (Interlocked.CompareExchange(ref _slots, (nint)slots, 0) != 0)
        {
            NativeMemory.AlignedFree(slots);
        }
    }

    private void NoteUsed(int slot)
    {
        int used = Volatile.Read(ref _slotsUsed);
        while (slot >= used)
        {
            int seen = Interlocked.CompareExchange(ref _slotsUsed, slot + 1, used);
            if (seen == used)
            {
                break;
            }

            used = seen;
        }

        // The slot's number must be visible before anything the taker reads.
        Interlocked.MemoryBarrier();
    }
}
