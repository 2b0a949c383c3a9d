using Vectorized.Engine.Dataflow.Checkpoints;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>
/// Statements about the session itself: settings, transaction blocks, prepared statements, and those accepted because
/// there is nothing left for them to do (each says so in a NOTICE when a client might expect an effect).
/// </summary>
internal static class SessionCommands
{
    /// <summary>The executable of a session statement, or null when the statement is of another family.</summary>
    internal static Executable? TryPrepare(Session session, Statement statement) => statement switch
    {
        SetStatement s => Action(s, x => Set(x, s)),
        ResetStatement s => Action(s, x => Reset(x, s)),
        SetTransactionStatement s => Action(s, x => SetTransaction(x, s)),
        ShowVariableStatement s => Show(s),
        BeginStatement s => Action(s, x => Begin(x, s)),
        CommitStatement s => new EndExecutable(session, s, x => x.Commit(s.Chain)),
        RollbackStatement s => new EndExecutable(session, s, x => new ValueTask<string>(x.Rollback(s.Chain))),
        DiscardStatement s => Action(s, Discard),
        DeallocateStatement s => Action(s, x => Deallocate(x, s)),
        PrepareStatement s => Action(s, x => Prepare(x, s)),
        ExecuteStatement s => Execute(session, s),
        UnlistenStatement s => Action(s, _ => "UNLISTEN"),
        FlushStatement s => Action(s, _ => "FLUSH"),
        WaitStatement s => Action(s, _ => "WAIT"),
        AnalyzeStatement s => Action(s, x => Nothing(x, "ANALYZE", "row counts are kept as rows change")),
        VacuumStatement s => Action(s, x => Nothing(x, "VACUUM", "space is reclaimed as ticks pass")),
        UseStatement s => Action(s, x => Use(x, s)),
        RecoverStatement s => Action(s, x => Nothing(x, "RECOVER", "views that fail are suspended one by one")),
        AlterCompactionGroupStatement s => Action(s, AlterCompactionGroup),
        _ => null,
    };

    private static ActionExecutable Action(Statement statement, Func<Session, string> action) => new(statement, action);

    private static string Set(Session session, SetStatement statement)
    {
        if (statement.Name is "role" or "session_authorization")
        {
            string user = statement.IsDefault ? session.Settings.User : ValueText(statement);
            return user == session.Settings.User || user.Equals("none", StringComparison.OrdinalIgnoreCase)
                || user.Equals("default", StringComparison.OrdinalIgnoreCase)
                ? "SET"
                : throw new SqlException(SqlState.FeatureNotSupported, "not supported: acting as another role");
        }

        var setting = SettingTable.Find(statement.Name);
        session.Settings.Set(statement.Name, statement.IsDefault ? null : ValueText(statement));
        if (!setting.HasEffect)
        {
            session.Notify("NOTICE", SqlState.Warning, $"{setting.Name} is accepted and has no effect here", setting.Description);
        }

        return "SET";
    }

    private static string ValueText(SetStatement statement) => ValueText(statement.Values);

    /// <summary>The values of SET as one text.</summary>
    internal static string ValueText(IEnumerable<Expression> values) => string.Join(", ", values.Select(ValueText));

    private static string ValueText(Expression value) => value switch
    {
        StringLiteral v => v.Value,
        BooleanLiteral v => v.Value ? "on" : "off",
        _ => value.ToString().Trim('"'),
    };

    private static string Reset(Session session, ResetStatement statement)
    {
        if (statement.Name is null)
        {
            session.Settings.ResetAll();
        }
        else if (statement.Name is not ("role" or "session_authorization"))
        {
            session.Settings.Set(statement.Name, null);
        }

        return "RESET";
    }

    private static string SetTransaction(Session session, SetTransactionStatement statement)
    {
        if (!statement.Session)
        {
            session.SetModes(statement.Modes);
        }
        else if (statement.Modes.ReadOnly is { } readOnly)
        {
            session.Settings.Set("default_transaction_read_only", readOnly ? "on" : "off");
        }

        return "SET";
    }

    private static string Begin(Session session, BeginStatement statement)
    {
        session.Begin(statement.Modes);
        return "BEGIN";
    }

    private static RowsExecutable Show(ShowVariableStatement statement)
    {
        if (statement.Name is { } name)
        {
            var setting = SettingTable.Find(name);
            return new RowsExecutable(
                statement, "SHOW", TextRows.Columns(setting.Name), s => TextRows.Build(1, [[s.Settings.Get(name)]]));
        }

        return new RowsExecutable(
            statement,
            "SHOW",
            TextRows.Columns("name", "setting", "description"),
            s => TextRows.Build(
                3, SettingTable.All.Select(IReadOnlyList<string?> (d) => [d.Name, s.Settings.Get(d.Name), d.Description])));
    }

    private static string Discard(Session session)
    {
        session.Prepared.Clear();
        session.Cursors.CloseAll();
        session.Settings.ResetAll();
        return "DISCARD ALL";
    }

    private static string Deallocate(Session session, DeallocateStatement statement)
    {
        if (statement.Name is null)
        {
            session.Prepared.Clear();
            return "DEALLOCATE ALL";
        }

        return session.Prepared.Remove(statement.Name) ? "DEALLOCATE" : throw NoPrepared(statement.Name);
    }

    private static string Prepare(Session session, PrepareStatement statement)
    {
        if (session.Prepared.ContainsKey(statement.Name))
        {
            throw new SqlException(
                SqlState.DuplicatePreparedStatement, $"prepared statement \"{statement.Name}\" already exists", statement.Position);
        }

        var context = new Binding.BindContext(session.Database.Functions, session.Catalog, session.Values, []);
        var types = statement.ParameterTypes.Select(t => Binding.TypeResolver.Resolve(t, context)).ToList();
        session.Prepared.Add(statement.Name, session.Prepare(statement.Target, types));
        return "PREPARE";
    }

    private static Executable Execute(Session session, ExecuteStatement statement)
    {
        var target = session.Prepared.GetValueOrDefault(statement.Name) ?? throw NoPrepared(statement.Name, statement.Position);
        if (statement.Arguments.Count != target.ParameterTypes.Count)
        {
            throw new SqlException(
                SqlState.SyntaxError,
                $"wrong number of parameters for prepared statement \"{statement.Name}\"",
                statement.Position,
                detail: $"Expected {target.ParameterTypes.Count} parameters but got {statement.Arguments.Count}.");
        }

        var arguments = new Datum[statement.Arguments.Count];
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = ConstantEvaluator.Evaluate(session, statement.Arguments[i], target.ParameterTypes[i]);
        }

        return new BoundExecutable(statement, (Executable)target, arguments);
    }

    private static string Nothing(Session session, string tag, string why)
    {
        session.Notify("NOTICE", SqlState.SuccessfulCompletion, $"{tag} has nothing to do: {why}");
        return tag;
    }

    private static string AlterCompactionGroup(Session session)
    {
        session.Notify("NOTICE", SqlState.Warning, "compaction groups are accepted and have no effect: there are none here");
        return "ALTER COMPACTION GROUP";
    }

    private static string Use(Session session, UseStatement statement) => statement.Database == session.Settings.Database
        ? "USE"
        : throw new SqlException(
            SqlState.InvalidCatalogName, $"database \"{statement.Database}\" does not exist", statement.Position);

    private static SqlException NoPrepared(string name, int position = 0) =>
        new(SqlState.InvalidSqlStatementName, $"prepared statement \"{name}\" does not exist", position);

    /// <summary>EXECUTE: another executable with its arguments.</summary>
    private sealed class BoundExecutable(Statement statement, Executable target, Datum[] arguments) : Executable(statement)
    {
        public override IReadOnlyList<ResultColumn>? Columns => target.Columns;

        public override bool Writes => target.Writes;

        public override bool IsDefinition => target.IsDefinition;

        internal override IReadOnlyCollection<int> Reads => target.Reads;

        internal override Task? Awaits(StateLoading loading) => target.Awaits(loading);

        public override IPortal Start(Session session, IReadOnlyList<Datum> parameters) => target.Start(session, arguments);
    }
}
