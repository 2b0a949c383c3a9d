using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State.Checkpoints;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.State;

/// <summary>
/// Groups of an aggregation: key columns and accumulators of fixed width, updated in place by the owner alone and never
/// read by others (DESIGN.md section 4). A batch's rows are turned into group numbers (<see cref="FindOrInsert"/>),
/// then one kernel an aggregate runs over <see cref="Current{T}"/>. The first touch of a group in a tick saves its
/// accumulators, so that at the tick's end old and new results can be told apart (<see cref="Touched"/>). Numbers are
/// stable while a group lives. One record a group, key and accumulators together: a row costs one or two cache lines
/// (ARCHITECTURE.md, Experiments). Owner's thread. O(1) a row. <c>GroupFinder</c> is the finding half,
/// <c>GroupPersistence</c> is written and loaded.
/// </summary>
internal sealed unsafe partial class GroupTable : IKeyedValues, IPersistent, IDisposable
{
    /// <summary>Values of the key table are group numbers plus this: 0 and 1 have a meaning there.</summary>
    private const int ValueBase = 2;

    private readonly GroupLayout _layout;
    private readonly StateHeap _heap;
    private readonly KeyTable _table;
    private readonly RecordPages _records;
    private readonly RecordPages _saved;
    private readonly int[] _keyOrder;
    private readonly GroupCheckpoint _checkpoint = new();
    private readonly List<int> _touched = [];
    private readonly List<int> _removed = [];
    private readonly Stack<int> _free = new();
    private readonly Batch _keys = new();
    private uint _stamp = 1;
    private int _next;

    internal GroupTable(GroupTableSpec spec, StateContext context)
    {
        Spec = spec;
        Context = context;
        _layout = new GroupLayout(spec);
        _heap = new StateHeap(context);
        bool isInteger = spec.KeyTypes.Count == 1 && spec.KeyTypes[0].IsInteger;
        _table = new KeyTable(this, _heap, context, isInteger, spec.HashSeed);
        _records = new RecordPages(_layout.RecordBytes);
        _saved = new RecordPages(GroupHeader.Bytes + _layout.AccumulatorsBytes);
        _keyOrder = [.. Enumerable.Range(0, spec.KeyTypes.Count)];
        if (!spec.IsDerived)
        {
            context.Registry.Add(this);
        }
    }

    internal GroupTableSpec Spec { get; }

    internal StateContext Context { get; }

    /// <summary>Strings of keys, and of accumulators that hold some: they keep and release theirs here.</summary>
    internal StringPool Strings { get; } = new();

    internal int GroupCount => (int)_table.Count;

    internal long LiveBytes => _heap.Bytes + _records.Bytes + _saved.Bytes + Strings.Bytes + _checkpoint.Bytes;

    /// <summary>The groups touched since the last <see cref="EndTick"/>, in order of first touch.</summary>
    internal ReadOnlySpan<int> Touched => CollectionsMarshal.AsSpan(_touched);

    /// <summary>Every group's number is below.</summary>
    internal int GroupNumbersEnd => _next;

    /// <summary>Whether a touched group did not exist before the tick.</summary>
    internal bool WasAbsent(int touchedIndex) => ((GroupHeader*)_saved.At(touchedIndex))->State == GroupHeader.Absent;

    internal bool Exists(int group) => HeaderOf(group)->State == GroupHeader.Present;

    /// <summary>An accumulator of all groups as it is now, by group number.</summary>
    internal Accumulators<T> Current<T>(int accumulator) where T : unmanaged =>
        _records.View<T>(_layout.AccumulatorsStart + _layout.AccumulatorOffsets[accumulator]);

    /// <summary>
    /// An accumulator of the touched groups as it was before the tick, by index into <see cref="Touched"/>.
    /// </summary>
    internal Accumulators<T> Old<T>(int accumulator) where T : unmanaged =>
        _saved.View<T>(GroupHeader.Bytes + _layout.AccumulatorOffsets[accumulator]);

    /// <summary>Marks a group touched (a change that comes from elsewhere than a batch: an expiring window).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Touch(int group)
    {
        var header = HeaderOf(group);
        if (header->Stamp != _stamp && Save(group, header))
        {
            _checkpoint.EmitDue(this);
        }
    }

    /// <summary>
    /// Starts a checkpoint of the table as the last tick left it: what has changed since the one before goes to the sink,
    /// while ticks go on. The one before must be complete. Between ticks.
    /// </summary>
    internal void BeginCheckpoint(IGroupSink sink)
    {
        if (_checkpoint.IsDraining)
        {
            throw new SqlException(
                SqlState.InternalError, $"group table \"{Spec.Name}\": a checkpoint begins before the last one is complete");
        }

        foreach (int group in _removed)
        {
            // Removed by the last tick, though its number is not free yet.
            if (HeaderOf(group)->State == GroupHeader.Removed)
            {
                _checkpoint.NoteFreed(group);
            }
        }

        _checkpoint.Begin(sink);
    }

    /// <summary>Hands about so many groups to the checkpoint's sink; true when it is complete. Between ticks.</summary>
    internal bool DrainCheckpoint(int groupsMax) => !_checkpoint.IsDraining || _checkpoint.Drain(this, groupsMax);

    /// <summary>
    /// Removes a touched group (its count came to zero). Its number may be used again after the tick.
    /// </summary>
    internal void Remove(int group)
    {
        var header = HeaderOf(group);
        if (header->State != GroupHeader.Present || header->Stamp != _stamp)
        {
            throw new SqlException(
                SqlState.InternalError, $"group table \"{Spec.Name}\": a group is removed that is not touched");
        }

        header->State = GroupHeader.Removed;
        _removed.Add(group);
    }

    /// <summary>A key column of some groups, in the arena. Views point into the table: valid within the tick.</summary>
    internal Vector GatherKey(int key, ReadOnlySpan<int> groups, Arena arena)
    {
        var vector = Vector.Allocate(arena, Spec.KeyTypes[key], groups.Length);
        int offset = _layout.KeyOffsets[key];
        uint nullBit = 1u << key;
        uint nulls = 0;
        for (int i = 0; i < groups.Length; i++)
        {
            byte* record = _records.At(groups[i]);
            nulls |= ((GroupHeader*)record)->Nulls & nullBit;
            byte* cell = record + offset;
            switch (vector.Type.Layout)
            {
                case Layout.Bit: Bitmap.Put(vector.Bits, i, *cell != 0); break;
                case Layout.Fixed2: ((short*)vector.ValuesPointer)[i] = *(short*)cell; break;
                case Layout.Fixed4: ((int*)vector.ValuesPointer)[i] = *(int*)cell; break;
                case Layout.Fixed8: ((long*)vector.ValuesPointer)[i] = *(long*)cell; break;
                default: ((Words16*)vector.ValuesPointer)[i] = *(Words16*)cell; break;
            }
        }

        if (nulls != 0)
        {
            var validity = vector.AddValidity(arena);
            for (int i = 0; i < groups.Length; i++)
            {
                Bitmap.Put(validity, i, (HeaderOf(groups[i])->Nulls & nullBit) == 0);
            }
        }

        return vector;
    }

    /// <summary>
    /// Makes all accumulators of the groups numbered [start, end) zero, untouched as they are: for tables of values that can
    /// be computed again, which no checkpoint sees.
    /// </summary>
    internal void ClearAccumulators(int start, int end)
    {
        for (int group = start; group < end; group++)
        {
            NativeMemory.Clear(_records.At(group) + _layout.AccumulatorsStart, (nuint)_layout.AccumulatorsBytes);
        }
    }

    /// <summary>Forgets what was touched and frees removed groups.</summary>
    internal void EndTick()
    {
        if (_removed.Count > 0)
        {
            FreeRemoved();
        }

        Strings.EndTick();
        _touched.Clear();
        if (++_stamp == 0)
        {
            ForgetStamps();
        }
    }

    public bool HasIntegerKey(uint value, long key)
    {
        byte* record = _records.At((int)value - ValueBase);
        if (((GroupHeader*)record)->Nulls != 0)
        {
            return false;
        }

        byte* cell = record + _layout.KeyOffsets[0];
        return Spec.KeyTypes[0].Layout switch
        {
            Layout.Fixed2 => *(short*)cell == key,
            Layout.Fixed4 => *(int*)cell == key,
            _ => *(long*)cell == key,
        };
    }

    public void Dispose()
    {
        Context.Registry.Remove(this);
        _records.Dispose();
        _saved.Dispose();
        _checkpoint.Dispose();
        Strings.Dispose();
        _heap.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private GroupHeader* HeaderOf(int group) => (GroupHeader*)_records.At(group);

    /// <summary>The first touch in a tick. True: the checkpoint wants the group as it is, before it changes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Save(int group, GroupHeader* header)
    {
        int index = _touched.Count;
        _touched.Add(group);
        if (index == _saved.Capacity)
        {
            _saved.AddPage();
        }

        var saved = (ulong*)_saved.At(index);
        *(GroupHeader*)saved = *header;
        header->Stamp = _stamp;
        var from = (ulong*)((byte*)header + _layout.AccumulatorsStart);
        for (int i = 0; i < _layout.AccumulatorsBytes >> 3; i++)
        {
            saved[i + 1] = from[i];
        }

        return _checkpoint.NoteTouched(group, header->State == GroupHeader.Present);
    }

    private void FreeRemoved()
    {
        var mark = Context.Scratch.Position;
        var groups = Context.Scratch.Allocate<int>(_removed.Count);
        int count = 0;
        foreach (int group in _removed)
        {
            var header = HeaderOf(group);
            if (header->State == GroupHeader.Removed)
            {
                header->State = GroupHeader.Absent;
                groups[count++] = group;
            }
        }

        groups = groups[..count];
        var keys = _keys.Reset(count, Spec.KeyTypes.Count);
        for (int i = 0; i < Spec.KeyTypes.Count; i++)
        {
            keys[i] = GatherKey(i, groups, Context.Scratch);
        }

        var hashes = Context.Scratch.Allocate<ulong>(count);
        HashKernel.Hash(keys, _keyOrder, Spec.HashSeed, hashes);
        for (int i = 0; i < count; i++)
        {
            bool isNull = _table.Dense is not null && !keys[0].IsValid(i);
            _table.Remove(hashes[i], isNull, _table.Locate(hashes[i], isNull, (uint)groups[i] + ValueBase));
            _checkpoint.NoteFreed(groups[i]);
            ClearRecord(groups[i]);
        }

        _removed.Clear();
        Context.Scratch.Release(mark);
    }

    private void ClearRecord(int group)
    {
        byte* record = _records.At(group);
        for (int i = 0; _layout.HasStrings && i < _layout.KeyForms.Length; i++)
        {
            if (_layout.KeyForms[i] == KeyForm.View)
            {
                Strings.Release(*(StringView*)(record + _layout.KeyOffsets[i]));
            }
        }

        NativeMemory.Clear(record, (nuint)_layout.RecordBytes);
        _free.Push(group);
    }

    /// <summary>Once in 2^32 ticks the numbering starts over.</summary>
    private void ForgetStamps()
    {
        for (int group = 0; group < _next; group++)
        {
            HeaderOf(group)->Stamp = 0;
        }

        _stamp = 1;
    }
}
