using System.Runtime.CompilerServices;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Kernels;
using Vectorized.Engine.State;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Operators.Aggregates;

/// <summary>
/// What few groups need beyond their fixed accumulators: the words of a superaccumulator, counts of many scales. A group table
/// of its own, keyed by the group's key and the accumulator's number, so it is kept and persisted as any other. Slow
/// by comparison: one look-up a use. One thread.
/// </summary>
internal sealed class SpillTable : IDisposable
{
    private readonly OperatorContext _context;
    private readonly GroupTable _groups;
    private readonly GroupTable _table;
    private readonly int[] _columns;
    private readonly Batch _key = new();
    private readonly int[] _one = new int[1];

    internal SpillTable(OperatorContext context, GroupTable groups)
    {
        _context = context;
        _groups = groups;
        _columns = [.. Enumerable.Range(0, groups.Spec.KeyTypes.Count + 1)];
        _table = new GroupTable(
            new GroupTableSpec(
                groups.Spec.Name + " spill", [.. groups.Spec.KeyTypes, SqlType.Int32],
                [Superaccumulator.WordCount * sizeof(ulong)], context.HashSeed)
            { IsDerived = groups.Spec.IsDerived },
            context.State);
    }

    [InlineArray(Superaccumulator.WordCount)]
    private struct Words
    {
        private ulong _first;
    }

    internal long Bytes => _table.LiveBytes;

    /// <summary>The words of a group's accumulator for changing; zero when new.</summary>
    internal Span<ulong> Write(int accumulator, int group)
    {
        var hashes = Locate(accumulator, group);
        _table.FindOrInsert(_key, _columns, hashes, _one);
        return _table.Current<Words>(0)[_one[0]];
    }

    /// <summary>The words now, or before the tick.</summary>
    internal Span<ulong> Read(int accumulator, int group, bool isOld)
    {
        int entry = Find(accumulator, group);
        if (isOld)
        {
            int touched = _table.Touched.IndexOf(entry);
            if (touched >= 0)
            {
                return _table.Old<Words>(0)[touched];
            }
        }

        return _table.Current<Words>(0)[entry];
    }

    /// <summary>The group is gone, and its words with it.</summary>
    internal void Remove(int accumulator, int group)
    {
        int entry = Find(accumulator, group);
        _table.Touch(entry);
        _table.Remove(entry);
    }

    internal void EndTick() => _table.EndTick();

    public void Dispose() => _table.Dispose();

    private int Find(int accumulator, int group)
    {
        var hashes = Locate(accumulator, group);
        _table.Find(_key, _columns, hashes, _one);
        return _one[0] >= 0 ? _one[0]
            : throw new SqlException(SqlState.InternalError, $"group table \"{_groups.Spec.Name}\": spilled words are missing");
    }

    private ReadOnlySpan<ulong> Locate(int accumulator, int group)
    {
        var scratch = _context.Scratch;
        _one[0] = group;
        _key.Reset(1, _columns.Length);
        for (int i = 0; i < _columns.Length - 1; i++)
        {
            _key[i] = _groups.GatherKey(i, _one, scratch);
        }

        var number = Vector.Allocate(scratch, SqlType.Int32, 1);
        number.Values<int>()[0] = accumulator;
        _key[_columns.Length - 1] = number;
        return KeyHashing.Of(_key, _columns, _context.HashSeed, scratch);
    }
}
