using Vectorized.Engine.Planning;
using Vectorized.Engine.Serving.Cursors;
using Vectorized.Engine.Serving.Definitions;
using Vectorized.Engine.Serving.Queries;
using Vectorized.Engine.Serving.Subscriptions;
using Vectorized.Engine.Serving.Transactions;
using Vectorized.Engine.Serving.Writes;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>
/// Makes a statement ready to run: session statements at once, queries and writes by binding and planning them,
/// definitions when they run. A family that is not there yet is refused by name.
/// </summary>
internal static class StatementPreparer
{
    internal static Executable Prepare(Session session, Statement statement, IReadOnlyList<SqlType> parameterTypes) =>
        SessionCommands.TryPrepare(session, statement)
        ?? CursorCommands.TryPrepare(session, statement)
        ?? CatalogCommands.TryPrepare(statement)
        ?? TryPrepareWork(session, statement, parameterTypes)
        ?? throw new SqlException(
            SqlState.FeatureNotSupported, $"not supported: {Verb(statement)}", Math.Max(statement.Position, 1));

    private static Executable? TryPrepareWork(Session session, Statement statement, IReadOnlyList<SqlType> parameterTypes)
    {
        switch (statement)
        {
            case SelectStatement { Query.Locking.Count: > 0 } s:
                return LockingSelect.Create(session, s, parameterTypes);
            case SelectStatement s:
                return new QueryExecutable(session, s, parameterTypes);
            case InsertStatement or UpdateStatement or DeleteStatement:
                return new WriteExecutable(session, statement, parameterTypes);
            case TruncateStatement s:
                return TruncateExecutable.Create(session, s);
            case ExplainStatement s:
                return ExplainExecutable.Create(session, s);
            case SubscribeStatement s:
                return SubscribeExecutable.Create(session, s);
            case CopyStatement s:
                return CopyExecutables.Create(session, s);
            default:
                return DefinitionPlanner.IsDefinition(statement)
                    ? new AsyncExecutable(
                        statement,
                        DefinitionPlanner.TagOf(statement),
                        (running, cancellation) => DefinitionRunner.Run(running, statement, cancellation),
                        isDefinition: true)
                    : null;
        }
    }

    private static string Verb(Statement statement)
    {
        string text = statement.ToString();
        int end = text.IndexOf(' ', Math.Min(text.Length, text.IndexOf(' ') + 1));
        return end > 0 ? text[..end] : text;
    }
}
