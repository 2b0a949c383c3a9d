using System.Collections.Immutable;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Catalog;

/// <summary>
/// One DDL statement's changes to a snapshot. It checks names and dependencies; <see cref="Commit"/> makes the next
/// snapshot. Used by one thread; nothing is visible before the commit, and an editor that is dropped leaves no trace.
/// </summary>
public sealed class CatalogEditor(CatalogSnapshot before)
{
    private readonly ImmutableDictionary<int, CatalogObject>.Builder _objects = before.Objects.ToBuilder();
    private readonly ImmutableDictionary<(int Schema, string Name), int>.Builder _names = before.Names.ToBuilder();
    private readonly ImmutableDictionary<string, int>.Builder _schemas = before.SchemaNames.ToBuilder();
    private readonly ImmutableDictionary<string, int>.Builder _roles = before.Roles.ToBuilder();
    private readonly ImmutableDictionary<string, string>.Builder _systemSettings = before.SystemSettings.ToBuilder();
    private int _nextId = before.NextId;

    public CatalogSnapshot Before { get; } = before;

    /// <summary>A permanent id.</summary>
    public int NewId() => _nextId++;

    public CatalogSnapshot Commit() => new(
        _objects.ToImmutable(), _names.ToImmutable(), _schemas.ToImmutable(), _roles.ToImmutable(), _nextId,
        Before.Version + 1)
    {
        DatabaseName = Before.DatabaseName,
        SystemSettings = _systemSettings.ToImmutable(),
    };

    /// <summary>ALTER SYSTEM; null: back to the default.</summary>
    public void SetSystem(string name, string? value)
    {
        _systemSettings.Remove(name);
        if (value is not null)
        {
            _systemSettings.Add(name, value);
        }
    }

    public void AddSchema(CatalogSchema schema, int position = 0)
    {
        if (_schemas.ContainsKey(schema.Name))
        {
            throw new SqlException(SqlState.DuplicateSchema, $"schema \"{schema.Name}\" already exists", position);
        }

        if (schema.Name.StartsWith("pg_", StringComparison.Ordinal))
        {
            throw new SqlException(
                "42939", $"unacceptable schema name \"{schema.Name}\"", position,
                detail: "The prefix \"pg_\" is reserved for system schemas.");
        }

        _objects.Add(schema.Id, schema);
        _schemas.Add(schema.Name, schema.Id);
    }

    /// <summary>Adds a relation, index or other object of a schema; its name must be free there (42P07).</summary>
    public void Add(SchemaObject item, int position = 0)
    {
        if (_objects.GetValueOrDefault(item.SchemaId) is not CatalogSchema schema)
        {
            throw new SqlException(SqlState.InternalError, $"the catalog holds no schema {item.SchemaId}");
        }

        if (schema.IsSystem)
        {
            throw new SqlException(
                SqlState.InsufficientPrivilege, $"permission denied to create \"{schema.Name}.{item.Name}\"", position,
                detail: "System catalog modifications are currently disallowed.");
        }

        if (_names.ContainsKey((item.SchemaId, item.Name)))
        {
            throw new SqlException(
                item is CatalogFunction ? "42723" : SqlState.DuplicateTable,
                item is CatalogFunction
                    ? $"function \"{item.Name}\" already exists with same argument types"
                    : $"relation \"{item.Name}\" already exists",
                position);
        }

        _objects.Add(item.Id, item);
        _names.Add((item.SchemaId, item.Name), item.Id);
    }

    /// <summary>Puts a changed object in place of the one with its id. A new name or schema must be free.</summary>
    public void Replace(SchemaObject item, int position = 0)
    {
        var old = (SchemaObject)_objects[item.Id];
        if (old.Name != item.Name || old.SchemaId != item.SchemaId)
        {
            if (_names.ContainsKey((item.SchemaId, item.Name)))
            {
                throw new SqlException(SqlState.DuplicateTable, $"relation \"{item.Name}\" already exists", position);
            }

            _names.Remove((old.SchemaId, old.Name));
            _names.Add((item.SchemaId, item.Name), item.Id);
        }

        _objects[item.Id] = item;
    }

    /// <summary>The object as this editor has it so far.</summary>
    public CatalogObject? Find(int id) => _objects.GetValueOrDefault(id);

    /// <summary>Puts a changed object of the same name and schema in place of the one with its id.</summary>
    public void ReplaceAny(CatalogObject item) => _objects[item.Id] = item;

    /// <summary>Two objects, each already under the other's name and schema.</summary>
    public void Swap(SchemaObject first, SchemaObject second)
    {
        _objects[first.Id] = first;
        _objects[second.Id] = second;
        _names[(first.SchemaId, first.Name)] = first.Id;
        _names[(second.SchemaId, second.Name)] = second.Id;
    }

    public void RenameSchema(CatalogSchema schema, string name, int position = 0)
    {
        if (_schemas.ContainsKey(name))
        {
            throw new SqlException(SqlState.DuplicateSchema, $"schema \"{name}\" already exists", position);
        }

        _schemas.Remove(schema.Name);
        _schemas.Add(name, schema.Id);
        _objects[schema.Id] = schema with { Name = name };
    }

    public void AddRole(string name, int position = 0)
    {
        if (!_roles.TryAdd(name, _nextId))
        {
            throw new SqlException(SqlState.DuplicateObject, $"role \"{name}\" already exists", position);
        }

        _nextId++;
    }

    public void DropRole(string name) => _roles.Remove(name);

    /// <summary>
    /// Drops the objects and, with cascade, whatever depends on them; without it a dependent outside the list is error
    /// 2BP01 that names every one. Returns the dropped objects, dependents first.
    /// </summary>
    public IReadOnlyList<CatalogObject> Drop(IReadOnlyList<int> ids, bool cascade, int position = 0)
    {
        var order = new List<int>();
        var seen = new HashSet<int>();
        foreach (int id in ids)
        {
            Collect(id, order, seen);
        }

        var parts = ids.Concat(order.Where(id => IsPart(id, seen))).ToHashSet();
        if (!cascade && order.Any(id => !parts.Contains(id)))
        {
            throw StillNeeded(ids, [.. order.Where(id => !parts.Contains(id)).Reverse()], position);
        }

        var dropped = order.Select(id => _objects[id]).ToList();
        foreach (var item in dropped)
        {
            _objects.Remove(item.Id);
            if (item is CatalogSchema schema)
            {
                _schemas.Remove(schema.Name);
            }
            else if (item is SchemaObject member)
            {
                _names.Remove((member.SchemaId, member.Name));
            }
        }

        return dropped;
    }

    /// <summary>Goes with its owner without being asked: an index, an error relation.</summary>
    private bool IsPart(int id, HashSet<int> dropped) => _objects[id] switch
    {
        CatalogIndex index => dropped.Contains(index.RelationId),
        CatalogRelation { Kind: RelationKind.Errors } errors => dropped.Contains(errors.ErrorsOf),
        _ => false,
    };

    private void Collect(int id, List<int> order, HashSet<int> seen)
    {
        if (!seen.Add(id))
        {
            return;
        }

        foreach (var dependent in _objects.Values.Where(o => DependsOn(o, id)).OrderByDescending(o => o.Id).ToList())
        {
            Collect(dependent.Id, order, seen);
        }

        order.Add(id);
    }

    private static bool DependsOn(CatalogObject item, int id) =>
        item.DependsOn.Contains(id) || (item is SchemaObject member && member.SchemaId == id);

    private SqlException StillNeeded(IReadOnlyList<int> targets, IReadOnlyList<int> dependents, int position)
    {
        var first = _objects[targets[0]];
        var lines = dependents.Select(id => _objects[id]).Select(o =>
        {
            var needed = o.DependsOn.Concat(o is SchemaObject m ? [m.SchemaId] : [])
                .Select(_objects.GetValueOrDefault)
                    .FirstOrDefault(n => n is not null && (targets.Contains(n.Id) || dependents.Contains(n.Id)));
            return $"{o.KindName} {o.Name} depends on {(needed ?? first).KindName} {(needed ?? first).Name}";
        });
        string subject = targets.Count == 1 ? $"{first.KindName} {first.Name}" : "desired object(s)";
        return new SqlException(
            SqlState.DependentObjectsStillExist,
            $"cannot drop {subject} because other objects depend on it",
            position,
            hint: "Use DROP ... CASCADE to drop the dependent objects too.",
            detail: string.Join('\n', lines));
    }
}
