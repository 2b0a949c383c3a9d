using Vectorized.Engine.Catalog;
using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Binding;

/// <summary>
/// What the binding of one statement shares: catalog, functions, columns, parameters, the relations it has named. One
/// thread; thrown away when the statement is planned.
/// </summary>
internal sealed class BindContext
{
    private readonly Dictionary<ScalarExpression, (int Position, string Display)> _references =
        new(ReferenceEqualityComparer.Instance);

    private readonly bool _isDefinition;
    private int _workingTables;

    public BindContext(FunctionRegistry functions, CatalogSnapshot catalog, SessionValues session,
        IReadOnlyList<SqlType> parameterTypes)
    {
        Functions = functions;
        Catalog = catalog;
        Session = session;
        Resolver = new FunctionResolver(functions);
        Parameters = new ParameterTypes(parameterTypes);
        SearchPath = EffectivePath(session.SearchPath, session.User);
    }

    public FunctionRegistry Functions { get; }

    /// <summary>Numbers the statement's recursions from 1.</summary>
    public int NextWorkingTable() => ++_workingTables;

    public CatalogSnapshot Catalog { get; }

    public SessionValues Session { get; }

    public FunctionResolver Resolver { get; }

    public ParameterTypes Parameters { get; }

    public ColumnPool Pool { get; } = new();

    /// <summary>Schemas searched for bare names, system schemas first; changed while a view's query is bound.</summary>
    public IReadOnlyList<string> SearchPath { get; set; }

    /// <summary>The statement defines a view that is maintained: no parameters, no session's values.</summary>
    public bool ForView { get; init; }

    /// <summary>A projected expression that fails on a row is NULL there.</summary>
    public bool FailuresAreNull { get; init; }

    /// <summary>The definition of a view of either kind is bound: $n means nothing in it, sources may be read.</summary>
    public bool IsDefinition { get => _isDefinition || ForView; init => _isDefinition = value; }

    /// <summary>Relations and functions of the catalog the statement depends on.</summary>
    public SortedSet<int> Dependencies { get; } = [];

    /// <summary>
    /// The values of a ROW(...) as they were written, where untyped literals are among them: the row may yet be asked to be of
    /// a certain type. Keyed by the row's expression object.
    /// </summary>
    public Dictionary<ScalarExpression, IReadOnlyList<ScalarExpression>> RowValues { get; } =
        new(ReferenceEqualityComparer.Instance);

    /// <summary>The expression's type, in which untyped literals of a row are untyped still.</summary>
    public SqlType LooseType(ScalarExpression value) => !RowValues.TryGetValue(value, out var members) ? value.Type
        : SqlType.StructOf(new StructFields([.. value.Type.Fields!.Items.Zip(members, (f, m) => (f.Name, LooseType(m)))]));

    /// <summary>Views being expanded, for the recursion limit.</summary>
    public int ViewDepth { get; set; }

    /// <summary>Positions in the text count only outside of views' own texts.</summary>
    public int Position(int position) => ViewDepth > 0 ? 0 : position;

    /// <summary>Where a materialized view's query first names now(), or 0.</summary>
    public int NowPosition { get; private set; }

    public void NoteNow(int position) => NowPosition = NowPosition == 0 ? Position(position) : NowPosition;

    /// <summary>Remembers where a column was named and how, for errors found later.</summary>
    public ColumnExpression Named(ColumnExpression reference, int position, string display)
    {
        _references[reference] = (position, display);
        return reference;
    }

    public (int Position, string Display) NameOf(ColumnExpression reference) =>
        _references.GetValueOrDefault(reference, (0, Pool.NameOf(reference.Index)));

    /// <summary>The path as it is searched: rw_catalog and pg_catalog come first unless it places them; $user is the user's name.</summary>
    public static IReadOnlyList<string> EffectivePath(IReadOnlyList<string> path, string user)
    {
        var schemas = path.Select(p => p == "$user" ? user : p).ToList();
        string[] implied = ["pg_catalog", "rw_catalog"];
        return [.. implied.Where(s => !schemas.Contains(s)), .. schemas];
    }

    public SqlException Unsupported(string what, int position, string? hint = null) =>
        new(SqlState.FeatureNotSupported, $"not supported: {what}", Position(position), hint);

    public SqlException Error(string state, string message, int position, string? hint = null, string? detail = null) =>
        new(state, message, Position(position), hint, detail);
}

/// <summary>The types of $1, $2, ...: given by the client, or inferred at their first use.</summary>
internal sealed class ParameterTypes(IReadOnlyList<SqlType> given)
{
    private readonly List<SqlType> _types = [.. given];

    public int Count => _types.Count;

    public SqlType this[int number] => number <= _types.Count ? _types[number - 1] : SqlType.Unknown;

    public void Use(int number)
    {
        while (_types.Count < number)
        {
            _types.Add(SqlType.Unknown);
        }
    }

    public void Infer(int number, SqlType type, int position)
    {
        var known = this[number];
        if (known.Id != TypeId.Unknown && known.Id != type.Id)
        {
            throw new SqlException(
                "42P08", $"inconsistent types deduced for parameter ${number}", position,
                detail: $"{CommonType.PgName(known)} versus {CommonType.PgName(type)}");
        }

        _types[number - 1] = type.Base;
    }

    /// <summary>All types; one that nothing has determined is varchar.</summary>
    public IReadOnlyList<SqlType> Final() => [.. _types.Select(t => t.Id == TypeId.Unknown ? SqlType.Varchar : t)];
}
