using System.Collections.Immutable;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Planning;
using Vectorized.Engine.State;
using Vectorized.Engine.State.Checkpoints;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>
/// A prepared SELECT that reads one row by the whole key of a relation: executed by probing the arrangement, without
/// planning or building operators. Recognised by the plan's shape, column picks over an <see cref="IndexLookupNode"/> of a
/// unique index with one key of constants and parameters; everything else runs through the executor.
/// </summary>
internal sealed class PointLookup
{
    private readonly int _relationId;
    private readonly int _index;
    private readonly SqlType[] _keyTypes;
    private readonly ScalarExpression[] _keys;
    private readonly int[] _keyOrdinals;

    private PointLookup(int relationId, int index, SqlType[] keyTypes, ScalarExpression[] keys, int[] outputColumns)
    {
        _relationId = relationId;
        _index = index;
        _keyTypes = keyTypes;
        _keys = keys;
        _keyOrdinals = [.. Enumerable.Range(0, keys.Length)];
        OutputColumns = outputColumns;
    }

    internal int RelationId => _relationId;

    /// <summary>Relation columns, in the order of the result.</summary>
    internal int[] OutputColumns { get; }

    internal static PointLookup? TryCreate(PlanNode plan, Func<int, StoredRelation?> relations)
    {
        int[] picked = [.. Enumerable.Range(0, plan.Columns.Count)];
        while (plan is ProjectNode project)
        {
            for (int i = 0; i < picked.Length; i++)
            {
                if (project.Expressions[picked[i]] is not ColumnExpression column)
                {
                    return null;
                }

                picked[i] = column.Index;
            }

            plan = project.Input;
        }

        if (plan is not IndexLookupNode { Keys.Count: 1 } lookup || relations(lookup.RelationId) is not { } relation
            || relation.Relation.Key is not { } key || !lookup.IndexColumns.SequenceEqual(key)
            || IndexOf(relation, key) is not (>= 0 and var index))
        {
            return null;
        }

        var keyTypes = key.Select(c => relation.Relation.Columns[c].Type).ToArray();
        var keys = lookup.Keys[0];
        for (int i = 0; i < keyTypes.Length; i++)
        {
            bool isPlain = keys[i] is ParameterExpression or ConstantExpression;
            if (!isPlain || keys[i].Type.Layout != keyTypes[i].Layout || keys[i].Type.Id != keyTypes[i].Id)
            {
                return null;
            }
        }

        int[] output = [.. picked.Select(i => lookup.RelationColumns[i])];
        return new PointLookup(lookup.RelationId, index, keyTypes, [.. keys], output);
    }

    /// <summary>Fills <paramref name="result"/> with the row, if there is one; memory in the arena and the pinned relation.</summary>
    internal bool Find(
        StoredRelation relation, ulong hashSeed, ReadPin pin, IReadOnlyList<Datum> parameters, Arena arena, Batch keys, Batch result)
    {
        if (!FillKeys(parameters, arena, keys))
        {
            return false;
        }

        var hashes = KeyHashing.Of(keys, _keyOrdinals, hashSeed, arena);
        foreach (var arrangement in relation.Arrangements)
        {
            if (Find(arrangement, hashes, pin, arena, keys, result))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The same while the relation's rows are not all loaded, at the epoch they are stored as of: reads the store, on the caller's
    /// thread. Null: the relation has to be loaded first.
    /// </summary>
    internal bool? FindStored(
        StoredRelation relation, ulong hashSeed, ReadPin pin, IReadOnlyList<Datum> parameters, Arena arena, Batch keys, Batch result)
    {
        if (!FillKeys(parameters, arena, keys))
        {
            return false;
        }

        var hashes = KeyHashing.Of(keys, _keyOrdinals, hashSeed, arena);
        foreach (var arrangement in relation.Arrangements)
        {
            var found = arrangement.Stored?.Find(keys, hashes[0], OutputColumns, arena, result) ?? StoredLookup.Unknown;
            if (found == StoredLookup.Unknown && arrangement.Stored is not null)
            {
                return null;
            }

            if (found == StoredLookup.Found
                || (found == StoredLookup.Unknown && Find(arrangement, hashes, pin, arena, keys, result)))
            {
                return true;
            }
        }

        return false;
    }

    private bool Find(Arrangement arrangement, ReadOnlySpan<ulong> hashes, ReadPin pin, Arena arena, Batch keys, Batch result)
    {
        var rows = arena.Allocate<uint>(1);
        arrangement.ProbeFirst(_index, keys, _keyOrdinals, hashes, new Stamp(pin.Tick), rows);
        if (rows[0] == 0)
        {
            return false;
        }

        result.Reset(1, OutputColumns.Length);
        for (int i = 0; i < OutputColumns.Length; i++)
        {
            result[i] = arrangement.Gather(rows, OutputColumns[i], arena);
        }

        return true;
    }

    private bool FillKeys(IReadOnlyList<Datum> parameters, Arena arena, Batch keys)
    {
        keys.Reset(1, _keys.Length);
        for (int i = 0; i < _keys.Length; i++)
        {
            var value = _keys[i] is ParameterExpression p ? parameters[p.Number - 1] : ((ConstantExpression)_keys[i]).Value;
            if (value.IsNull)
            {
                return false;
            }

            // A constant of one row lies in memory as a flat vector of one.
            keys[i] = value.ToConstant(arena, 1);
            keys[i].Encoding = VectorEncoding.Flat;
            keys[i].Type = _keyTypes[i];
        }

        return true;
    }

    /// <summary>The same place in every part; a plan is made again when a definition changes it.</summary>
    private static int IndexOf(StoredRelation relation, IReadOnlyList<int> key)
    {
        var indexes = relation.Arrangements[0].Spec.Indexes ?? [];
        for (int i = 0; i < indexes.Count; i++)
        {
            if (indexes[i].SequenceEqual(key))
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>Relations as readers find them.</summary>
internal static class RelationAccess
{
    /// <summary>A relation to be read as of a tick: 40001 when it was altered after it.</summary>
    internal static StoredRelation Get(ImmutableDictionary<int, StoredRelation> stored, int relationId, long tick)
    {
        var relation = Get(stored, relationId);
        return relation.FromTick <= tick ? relation : throw new SqlException(
            SqlState.SerializationFailure,
            $"{relation.Relation.KindName} \"{relation.Relation.Name}\" was altered after this transaction began",
            hint: "Run the transaction again.");
    }

    /// <summary>A relation with kept rows; a suspended one is 55000 with its reason.</summary>
    internal static StoredRelation Get(ImmutableDictionary<int, StoredRelation> stored, int relationId)
    {
        var relation = stored.GetValueOrDefault(relationId) ?? throw new SqlException(
            SqlState.FeatureNotSupported,
            "not supported: reading a source directly",
            hint: "A source keeps no rows; create a materialized view over it and read that.");
        return relation.Suspended is null ? relation : throw Suspended(relation);
    }

    /// <summary>What a statement that needs a suspended relation is told.</summary>
    internal static SqlException Suspended(StoredRelation relation)
    {
        string name = relation.Relation.Kind == Catalog.RelationKind.Errors
            ? relation.Relation.Name[..^"$errors".Length]
            : relation.Relation.Name;
        return new SqlException(
            SqlState.ObjectNotInPrerequisiteState,
            $"{relation.Relation.KindName} \"{relation.Relation.Name}\" is suspended: {relation.Suspended}",
            hint: relation.Relation.Suspended is { IsEmpty: true }
                ? "Give the server more memory (--memory, ALTER SYSTEM SET memory) or drop other views, "
                    + $"then RESUME MATERIALIZED VIEW {name}."
                : $"Once the cause is mended, RESUME MATERIALIZED VIEW {name} builds it again.");
    }
}
