using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;

namespace Vectorized.Engine.State;

/// <summary>
/// Which groups of a table have changed since its last checkpoint, and the checkpoint being taken (DESIGN.md section 6).
/// <see cref="GroupTable.BeginCheckpoint"/> turns the dirty groups into pending ones in O(1) and ticks go on: a pending group
/// goes to the sink right before its first later change, the others some at a time (<see cref="GroupTable.DrainCheckpoint"/>),
/// all before the next begins. A tick therefore pays for the groups it touches and for what the drain is given, never for
/// the size of the table.
/// </summary>
internal sealed unsafe class GroupCheckpoint : IDisposable
{
    private Block _block;
    private int _capacity;
    private ulong* _dirty;
    private ulong* _pending;
    private ulong* _persisted;
    private int _drainWord;
    private IGroupSink? _sink;
    private readonly List<int> _deleted = [];
    private readonly List<int> _due = [];

    /// <summary>Whether a checkpoint has begun and is not yet complete.</summary>
    internal bool IsDraining => _sink is not null;

    internal long Bytes => _block.Bytes;

    /// <summary>A group is about to change. True: it is pending, and <see cref="EmitDue"/> must run before it does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool NoteTouched(int group, bool exists)
    {
        if (group >= _capacity)
        {
            Grow(group);
        }

        ulong bit = 1UL << (group & 63);
        _dirty[group >> 6] |= bit;
        if (_sink is null || (_pending[group >> 6] & bit) == 0)
        {
            return false;
        }

        _pending[group >> 6] &= ~bit;
        if (exists)
        {
            _due.Add(group);
        }

        return exists;
    }

    /// <summary>Hands over pending groups that are about to change.</summary>
    internal void EmitDue(GroupTable table)
    {
        Emit(table, CollectionsMarshal.AsSpan(_due));
        _due.Clear();
    }

    internal bool IsPersisted(int group) =>
        group < _capacity && (_persisted[group >> 6] >> (group & 63) & 1) != 0;

    /// <summary>A group is freed: if the last checkpoint has it, the next one says that it is gone.</summary>
    internal void NoteFreed(int group)
    {
        if (IsPersisted(group))
        {
            _deleted.Add(group);
            _persisted[group >> 6] &= ~(1UL << (group & 63));
        }
    }

    /// <summary>A group has been loaded from a checkpoint.</summary>
    internal void NoteLoaded(int group)
    {
        if (group >= _capacity)
        {
            Grow(group);
        }

        _persisted[group >> 6] |= 1UL << (group & 63);
    }

    /// <summary>Whether anything has changed since the last checkpoint began.</summary>
    internal bool HasChanges
    {
        get
        {
            for (int word = 0; word < _capacity >> 6; word++)
            {
                if (_dirty[word] != 0)
                {
                    return true;
                }
            }

            return _deleted.Count > 0;
        }
    }

    /// <summary>The next checkpoint holds every group below a number.</summary>
    internal void MarkAll(int end)
    {
        _deleted.Clear();
        if (end > _capacity)
        {
            Grow(end - 1);
        }

        for (int word = 0; word < (end + 63) >> 6; word++)
        {
            int bits = end - (word << 6);
            _dirty[word] = bits >= 64 ? ulong.MaxValue : (1UL << bits) - 1;
            _persisted[word] = 0;
        }
    }

    internal void Begin(IGroupSink sink)
    {
        sink.Delete(CollectionsMarshal.AsSpan(_deleted));
        _deleted.Clear();
        ulong* dirty = _dirty;
        _dirty = _pending;
        _pending = dirty;
        _drainWord = 0;
        _sink = sink;
    }

    /// <summary>Hands over at least some pending groups, about <paramref name="groupsMax"/>; true when none is left.</summary>
    internal bool Drain(GroupTable table, int groupsMax)
    {
        int words = _capacity >> 6;
        while (_drainWord < words && _due.Count < groupsMax)
        {
            ulong word = _pending[_drainWord];
            _pending[_drainWord] = 0;
            for (; word != 0; word &= word - 1)
            {
                int group = (_drainWord << 6) + BitOperations.TrailingZeroCount(word);
                if (table.Exists(group))
                {
                    _due.Add(group);
                }
            }

            _drainWord++;
        }

        EmitDue(table);
        if (_drainWord == words)
        {
            _sink = null;
        }

        return _sink is null;
    }

    public void Dispose()
    {
        BlockPool.Return(_block);
        _block = default;
    }

    private void Emit(GroupTable table, ReadOnlySpan<int> groups)
    {
        if (groups.IsEmpty)
        {
            return;
        }

        _sink!.Upsert(table, groups);
        foreach (int group in groups)
        {
            _persisted[group >> 6] |= 1UL << (group & 63);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int group)
    {
        int capacity = Math.Max(1024, (int)BitOperations.RoundUpToPowerOf2((uint)group + 1));
        int words = capacity >> 6;
        var block = BlockPool.Rent(3L * words * sizeof(ulong));
        NativeMemory.Clear(block.Address, (nuint)block.Bytes);
        var bits = (ulong*)block.Address;
        int old = _capacity >> 6;
        Copy(_dirty, bits, old);
        Copy(_pending, bits + words, old);
        Copy(_persisted, bits + (2 * words), old);
        BlockPool.Return(_block);
        _block = block;
        _capacity = capacity;
        _dirty = bits;
        _pending = bits + words;
        _persisted = bits + (2 * words);
    }

    private static void Copy(ulong* from, ulong* to, int words) =>
        new Span<ulong>(from, words).CopyTo(new Span<ulong>(to, words));
}
