using Vectorized.Engine.Binding;
using Vectorized.Engine.Catalog;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Planning;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Planning;

/// <summary>A catalog made by hand and a planner over it.</summary>
internal sealed class PlanFixture
{
    private static readonly Lazy<FunctionRegistry> _registry = new(MakeRegistry);

    public static FunctionRegistry Registry => _registry.Value;

    private readonly Dictionary<int, double> _rows = [];

    public CatalogSnapshot Catalog { get; private set; } = CatalogSnapshot.Empty;

    public Planner Planner => new(Registry, Catalog, SessionValues.Default, new Sizes(_rows));

    /// <summary>`name type [not null], ...` with the primary key's columns; none: a hidden row id.</summary>
    public PlanFixture Table(string name, string columns, string primaryKey = "", bool appendOnly = false, string watermark = "")
    {
        var editor = new CatalogEditor(Catalog);
        var list = System.Text.RegularExpressions.Regex.Split(columns, @", (?![^()]*\))").Select(c =>
        {
            bool notNull = c.EndsWith(" not null", StringComparison.Ordinal);
            string[] given = c.Split(" default ");
            string[] made = given[0].Split(" as ");
            string[] parts = (notNull ? c[..^9] : made[0]).Split(' ', 2);
            return new CatalogColumn(parts[0], TypeNames.Parse(parts[1]))
            {
                NotNull = notNull,
                DefaultText = given.ElementAtOrDefault(1),
                GeneratedText = made.ElementAtOrDefault(1),
            };
        }).ToList();
        int[] key = primaryKey.Length == 0 ? [] : [.. primaryKey.Split(", ").Select(k => list.FindIndex(c => c.Name == k))];
        if (key.Length == 0)
        {
            list.Add(new CatalogColumn(CatalogRelation.RowIdName, SqlType.Int64) { Hidden = true, NotNull = true });
        }

        editor.Add(new CatalogRelation
        {
            Id = editor.NewId(),
            Name = name,
            Owner = "root",
            SchemaId = CatalogSnapshot.PublicSchemaId,
            Kind = RelationKind.Table,
            Columns = list,
            PrimaryKey = key,
            Key = key.Length == 0 ? [list.Count - 1] : key,
            AppendOnly = appendOnly,
            Watermarks = watermark.Length == 0 ? [] : [new CatalogWatermark(list.FindIndex(c => c.Name == watermark), watermark, false)],
        });
        Catalog = editor.Commit();
        return this;
    }

    /// <summary>What the planner knows of a table's size.</summary>
    public PlanFixture Rows(string table, double rows)
    {
        _rows[Catalog.Find(CatalogSnapshot.PublicSchemaId, table)!.Id] = rows;
        return this;
    }

    private sealed class Sizes(Dictionary<int, double> rows) : ITableStatistics
    {
        public double? RowCount(int relationId) => rows.TryGetValue(relationId, out double count) ? count : null;
    }

    public PlannedQuery Query(string sql, params SqlType[] parameters) =>
        Planner.PlanQuery((SelectStatement)SqlParser.Parse(sql)[0], parameters);

    public string QueryText(string sql, params SqlType[] parameters) => Text(Query(sql, parameters).Root);

    /// <summary>The plan as text; it must survive being stored.</summary>
    private static string Text(PlanNode plan)
    {
        string text = PlanText.Print(plan);
        byte[] json = PlanJson.Write(plan);
        var read = PlanJson.Read(json, Registry);
        Assert.Equal(text, PlanText.Print(read));
        Assert.Equal(PlanFingerprint.Of(plan), PlanFingerprint.Of(read));
        Assert.Equal(json, PlanJson.Write(read));
        return text;
    }

    public PlannedView View(string sql) =>
        Planner.PlanMaterializedView(((SelectStatement)SqlParser.Parse(sql)[0]).Query, [], 99999, "v");

    public string WriteText(string sql)
    {
        var write = SqlParser.Parse(sql)[0] switch
        {
            InsertStatement s => Planner.PlanInsert(s, []),
            UpdateStatement s => Planner.PlanUpdate(s, []),
            var s => Planner.PlanDelete((DeleteStatement)s, []),
        };
        string text = Text(write.Source);
        if (write.ReturningColumns is { } columns)
        {
            text += $"returning {string.Join(", ", columns.Select((c, i) => $"{write.Returning[i]} as {c.Name} {c.Type}"))}\n";
        }

        return write.OnConflict is not { } conflict ? text : text + (conflict.NewRow is null
            ? "on conflict do nothing\n"
            : $"on conflict {string.Join(", ", conflict.NewRow)} where {conflict.Where}\n");
    }

    public string ViewText(string sql) => Text(View(sql).Definition.Plan);

    public SqlException Error(string sql) => Assert.Throws<SqlException>(() => Query(sql));

    /// <summary>The built-in functions, and the shapes of those that may not be there yet.</summary>
    private static FunctionRegistry MakeRegistry()
    {
        var registry = BuiltinFunctions.CreateRegistry();
        void Add(string name, SqlType result, params SqlType[] parameters) => Typed(name, _ => result, parameters);
        void Typed(string name, Func<IReadOnlyList<SqlType>, SqlType> result, params SqlType[] parameters)
        {
            if (registry.BySignature($"{name}({string.Join(",", parameters.Select(p => p.ToString()))})") is null)
            {
                registry.Add(new ScalarFunction
                {
                    Name = name,
                    Parameters = parameters,
                    Result = result,
                    Kernel = (EvaluationContext _, ReadOnlySpan<Vector> _, int _, ref Vector _) => throw new NotSupportedException(name),
                    Volatility = Volatility.Stable,
                });
            }
        }

        var text = SqlType.Varchar;
        var any = SqlType.Unknown;
        var list = SqlType.ListOf(any);
        var (boolean, int4, int8, oid) = (SqlType.Boolean, SqlType.Int32, SqlType.Int64, SqlType.Oid);
        Add("lower", text, text);
        Add("to_char", text, SqlType.Timestamp, text);
        foreach (string name in (string[])["pg_table_is_visible", "pg_type_is_visible", "pg_function_is_visible",
            "pg_operator_is_visible", "pg_conversion_is_visible", "pg_collation_is_visible", "pg_opclass_is_visible",
            "pg_opfamily_is_visible", "pg_ts_dict_is_visible", "pg_ts_config_is_visible", "pg_ts_parser_is_visible",
            "pg_ts_template_is_visible", "pg_statistics_obj_is_visible", "pg_relation_is_publishable"])
        {
            Add(name, boolean, oid);
        }

        foreach (string name in (string[])["pg_get_userbyid", "pg_get_viewdef", "pg_get_indexdef", "pg_get_constraintdef",
            "pg_get_ruledef", "pg_get_function_result", "pg_get_function_arguments", "pg_get_functiondef",
            "pg_get_function_identity_arguments", "pg_get_statisticsobjdef_columns", "pg_get_partkeydef", "pg_get_triggerdef",
            "pg_tablespace_location", "pg_get_partition_constraintdef"])
        {
            Add(name, text, oid);
            Add(name, text, oid, boolean);
        }

        foreach (string name in (string[])["pg_table_size", "pg_relation_size", "pg_total_relation_size", "pg_database_size", "pg_stat_get_numscans"])
        {
            Add(name, int8, oid);
        }

        Add("pg_get_indexdef", text, oid, int4, boolean);
        Add("pg_get_expr", text, text, oid);
        Add("pg_get_expr", text, text, oid, boolean);
        Add("format_type", text, oid, int4);
        Add("obj_description", text, oid, text);
        Add("shobj_description", text, oid, text);
        Add("col_description", text, oid, int4);
        Add("pg_size_pretty", text, int8);
        Add("pg_encoding_to_char", text, int4);
        Add("version", text);
        Add("pg_advisory_unlock_all", SqlType.Void);
        Add("current_schemas", SqlType.ListOf(SqlType.Name), boolean);
        Add("current_setting", text, text);
        Add("current_setting", text, text, boolean);
        Add("pg_column_is_updatable", boolean, oid, SqlType.Int16, boolean);
        Add("pg_indexam_has_property", boolean, oid, text);
        Add("pg_index_column_has_property", boolean, oid, int4, text);
        Add("has_schema_privilege", boolean, text, text);
        Add("has_database_privilege", boolean, text, text);
        Add("has_database_privilege", boolean, oid, text);
        Add("pg_has_role", boolean, text, text);
        Add("pg_database_size", int8, text);
        Add("pg_get_serial_sequence", text, text, text);
        Add("quote_ident", text, text);
        Add("quote_literal", text, text);
        Add("array_to_string", text, list, text);
        Add("string_to_array", SqlType.ListOf(text), text, text);
        Add("array_length", int4, list, int4);
        Add("array_upper", int4, list, int4);
        Add("array_lower", int4, list, int4);
        Add("parse_ident", SqlType.ListOf(text), text);
        Typed("array_position", _ => int4, list, any);
        Typed("array_remove", t => t[0], list, any);
        Typed("array_cat", t => t[0], list, list);
        Typed("||", t => t[0], list, list);
        Typed(BuiltinNames.Subscript, t => t[0].Element!, list, int4);
        Typed(BuiltinNames.Slice, t => t[0], list, int4, int4);
        Typed(BuiltinNames.Row, _ => SqlType.StructOf(new StructFields([])), any);
        Typed(BuiltinNames.Field, _ => any, SqlType.StructOf(new StructFields([])), int4);
        foreach (string symbol in (string[])["=", "<>", "<", ">", "<=", ">=", "~~", "~"])
        {
            Typed(BuiltinNames.AnyPrefix + symbol, _ => boolean, any, list);
            Typed(BuiltinNames.AllPrefix + symbol, _ => boolean, any, list);
        }

        if (registry.Overloads(BuiltinNames.Array).Count == 0)
        {
            registry.Add(new ScalarFunction
            {
                Name = BuiltinNames.Array,
                Parameters = [any],
                Variadic = true,
                Result = t => SqlType.ListOf(t[0]),
                Strict = false,
                Kernel = (EvaluationContext _, ReadOnlySpan<Vector> _, int _, ref Vector _) => throw new NotSupportedException("array"),
                Volatility = Volatility.Stable,
            });
        }

        return registry;
    }
}
