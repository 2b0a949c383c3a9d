namespace Vectorized.Fuzz.Generation;

/// <summary>
/// Random histories: tables, views on tables and on views created before, amid and after the changes, and changes: inserts that
/// overwrite keys and repeat rows, deletes, updates. Statements are in our dialect. One thread.
/// </summary>
internal sealed class HistoryMaker
{
    private readonly Dice _dice;
    private readonly Features _features;
    private readonly SchemaMaker _schema;
    private readonly List<TableSpec> _tables;
    private readonly List<Relation> _relations;
    private readonly QueryMaker _queries;
    private readonly List<string> _statements = [];

    internal HistoryMaker(ulong seed)
    {
        _dice = new Dice(seed);
        _features = FeatureDraw.Draw(_dice, Features.InViews);
        _schema = new SchemaMaker(_dice, _features);
        _tables = [.. _schema.Tables("h").Take(3).Select(t => t with { AppendOnly = t.Key.Count == 0 && _dice.Chance(0.4) })];
        _relations = [.. _tables.Select(Relation.Of)];
        _queries = new QueryMaker(_dice, _features, _relations);
    }

    /// <summary>Names of productions of all view queries.</summary>
    internal HashSet<string> Productions { get; } = [];

    internal int Views { get; private set; }

    internal IReadOnlyList<string> Make()
    {
        _statements.AddRange(_tables.Select(t => t.Create()));
        int views = _dice.Between(2, 5);
        int changes = _dice.Pick([6, 10, 10, 14, 20]);
        for (int i = 0; i < changes + views; i++)
        {
            // Half of the views stand before the first change, the others come at any time.
            bool creates = Views < views && (i < views / 2 || _dice.Chance((double)(views - Views) / (changes + views - i)));
            if (creates)
            {
                CreateViews();
            }
            else
            {
                _statements.Add(Change());
            }
        }

        return _statements;
    }

    private void CreateViews()
    {
        if (_dice.Chance(0.12))
        {
            Partitioned();
            return;
        }

        var query = _queries.Make();
        Create($"v{Views}", query.Sql, query);
    }

    private void Create(string name, string sql, GeneratedQuery query)
    {
        Views++;
        _statements.Add($"CREATE MATERIALIZED VIEW {name} AS {sql}");
        Productions.UnionWith(query.Productions);
        if (query.Outputs.Count > 0)
        {
            _relations.Add(Relation.Of(name, query));
        }
    }

    /// <summary>
    /// Ternary logic partitioning (Rigger, Su 2020) and NoREC as a view: what the parts hold together less what the whole holds,
    /// and what WHERE counts less what the condition sums to, are always nothing.
    /// </summary>
    private void Partitioned()
    {
        var (from, condition) = _queries.MakeCondition();
        string Count(string where) => $"(SELECT count(*){from}{where})";
        string parts = $"{Count("")} - {Count($" WHERE {condition}")} - {Count($" WHERE NOT {condition}")}"
            + $" - {Count($" WHERE {condition} IS NULL")}";
        string norec = $"{Count($" WHERE {condition}")} - (SELECT coalesce(sum(CASE WHEN {condition} THEN 1 ELSE 0 END), 0){from})";
        string sql = $"SELECT {parts} AS p{Views}, {norec} AS q{Views}";
        Term[] outputs = [new Term($"p{Views}", Kind.Int8) { Bound = 1 }, new Term($"q{Views}", Kind.Int8) { Bound = 1 }];
        Create($"v{Views}", sql, new GeneratedQuery(sql, false, outputs, []));
    }

    private string Change()
    {
        var table = _dice.Pick(_tables);
        int roll = _dice.Between(0, 99);
        if (table.AppendOnly || roll < 55)
        {
            return _schema.Insert(table, _dice.Pick([1, 1, 2, 3, 6]))!;
        }

        if (roll < 57)
        {
            return $"DELETE FROM {table.Name}";
        }

        if (roll < 60)
        {
            return $"CREATE INDEX x{_statements.Count} ON {table.Name} ({_dice.Pick(table.Columns).Name})";
        }

        if (roll < 66)
        {
            // A look-up, by key or through an index where there is one.
            return $"SELECT * FROM {table.Name} WHERE {Condition(table)}";
        }

        string where = $" WHERE {Condition(table)}";
        var changeable = table.Columns.Where((_, i) => !table.Key.Contains(i)).ToList();
        if (roll < 80 || changeable.Count == 0)
        {
            return $"DELETE FROM {table.Name}{where}";
        }

        var column = _dice.Pick(changeable);
        string value = _dice.Chance(0.1) && column.NullShare > 0 ? "NULL" : _schema.Value(column);
        return $"UPDATE {table.Name} SET {column.Name} = {value}{(_dice.Chance(0.85) ? where : "")}";
    }

    private string Condition(TableSpec table)
    {
        var column = _dice.Pick(table.Columns);
        if (column.NullShare > 0 && _dice.Chance(0.15))
        {
            return $"{column.Name} IS NULL";
        }

        string[] comparisons = column.Kind == Kind.Jsonb ? ["=", "<>"] : ["=", "=", "<", ">=", "<>"];
        string comparison = _dice.Pick(comparisons);
        return $"{column.Name} {comparison} {ValueMaker.Literal(_dice, column.Kind, column.Domain)}";
    }
}
