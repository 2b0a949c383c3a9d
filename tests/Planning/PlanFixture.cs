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

    public CatalogSnapshot Catalog { get; private set; } = CatalogSnapshot.Empty;

    public Planner Planner => new(Registry, Catalog, SessionValues.Default, UnknownStatistics.Instance);

    /// <summary>`name type [not null], ...` with the primary key's columns; none: a hidden row id.</summary>
    public PlanFixture Table(string name, string columns, string primaryKey = "", bool appendOnly = false)
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
                NotNull = notNull, DefaultText = given.ElementAtOrDefault(1), GeneratedText = made.ElementAtOrDefault(1),
            };
        }).ToList();
        int[] key = primaryKey.Length == 0 ? [] : [.. primaryKey.Split(", ").Select(k => list.FindIndex(c => c.Name == k))];
        if (key.Length == 0)
        {
            list.Add(new CatalogColumn(CatalogRelation.RowIdName, SqlType.Int64) { Hidden = true, NotNull = true });
        }

        editor.Add(new CatalogRelation
        {
            Id = editor.NewId(), Name = name, Owner = "root", SchemaId = CatalogSnapshot.PublicSchemaId, Kind = RelationKind.Table,
            Columns = list, PrimaryKey = key, Key = key.Length == 0 ? [list.Count - 1] : key, AppendOnly = appendOnly,
        });
        Catalog = editor.Commit();
        return this;
    }

    public PlannedQuery Query(string sql, params SqlType[] parameters) =>
        Planner.PlanQuery((SelectStatement)SqlParser.Parse(sql)[0], parameters);

    public string QueryText(string sql, params SqlType[] parameters) => PlanText.Print(Query(sql, parameters).Root);

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
        string text = PlanText.Print(write.Source);
        if (write.ReturningColumns is { } columns)
        {
            text += $"returning {string.Join(", ", columns.Select((c, i) => $"{write.Returning[i]} as {c.Name} {c.Type}"))}\n";
        }

        return write.OnConflict is not { } conflict ? text : text + (conflict.NewRow is null
            ? "on conflict do nothing\n"
            : $"on conflict {string.Join(", ", conflict.NewRow)} where {conflict.Where}\n");
    }

    public string ViewText(string sql) => PlanText.Print(View(sql).Definition.Plan);

    public SqlException Error(string sql) => Assert.Throws<SqlException>(() => Query(sql));

    /// <summary>The built-in functions, and the shapes of those that may not be there yet.</summary>
    private static FunctionRegistry MakeRegistry()
    {
        var registry = BuiltinFunctions.CreateRegistry();
        void Add(string name, SqlType result, params SqlType[] parameters)
        {
            if (registry.BySignature($"{name}({string.Join(",", parameters.Select(p => p.ToString()))})") is null)
            {
                registry.Add(new ScalarFunction
                {
                    Name = name, Parameters = parameters, Result = _ => result,
                    Kernel = (EvaluationContext _, ReadOnlySpan<Vector> _, int _, ref Vector _) => throw new NotSupportedException(name),
                    Volatility = Volatility.Stable,
                });
            }
        }

        var text = SqlType.Varchar;
        Add("not", SqlType.Boolean, SqlType.Boolean);
        Add("lower", text, text);
        Add("~~", SqlType.Boolean, text, text);
        Add("!~~", SqlType.Boolean, text, text);
        Add("~", SqlType.Boolean, text, text);
        Add("to_char", text, SqlType.Timestamp, text);
        Add("extract", SqlType.Numeric, text, SqlType.Timestamp);
        Add("extract", SqlType.Numeric, text, SqlType.Date);
        Add("substring", text, text, SqlType.Int32, SqlType.Int32);
        Add("split_part", text, text, text, SqlType.Int32);
        Add("-", SqlType.Timestamp, SqlType.Timestamp, SqlType.Interval);
        Add("+", SqlType.Timestamp, SqlType.Timestamp, SqlType.Interval);
        Add("-", SqlType.Timestamp, SqlType.Date, SqlType.Interval);
        Add("+", SqlType.Timestamp, SqlType.Date, SqlType.Interval);
        return registry;
    }
}
