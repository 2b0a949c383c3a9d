namespace Vectorized.Engine.Sql;

internal sealed partial class SqlWriter
{
    private void SessionStatement(Statement statement)
    {
        switch (statement)
        {
            case ExplainStatement explain:
                Explain(explain);
                break;
            case SetStatement set:
                Text(set.Local ? "SET LOCAL " : "SET ");
                Set(set);
                break;
            case ResetStatement reset:
                _ = reset.Name is null ? Text("RESET ALL") : Text("RESET ").OptionName(reset.Name);
                break;
            case SetTransactionStatement set:
                Text(set.Session ? "SET SESSION CHARACTERISTICS AS TRANSACTION" : "SET TRANSACTION");
                ModesPart(set.Modes);
                break;
            case BeginStatement begin:
                Text("BEGIN");
                ModesPart(begin.Modes);
                break;
            case CommitStatement commit:
                Text(commit.Chain ? "COMMIT AND CHAIN" : "COMMIT");
                break;
            case RollbackStatement rollback:
                Text(rollback.Chain ? "ROLLBACK AND CHAIN" : "ROLLBACK");
                break;
            case SavepointStatement savepoint:
                Text("SAVEPOINT ").Name(savepoint.Name);
                break;
            case ReleaseSavepointStatement savepoint:
                Text("RELEASE SAVEPOINT ").Name(savepoint.Name);
                break;
            case RollbackToSavepointStatement savepoint:
                Text("ROLLBACK TO SAVEPOINT ").Name(savepoint.Name);
                break;
            case TwoPhaseStatement statement2:
                Text(statement2.Verb).Text(" ").Literal(statement2.Id);
                break;
            case DiscardStatement discard:
                bool temporary = discard.Target == DiscardTarget.Temporary;
                Text("DISCARD ").Text(temporary ? "TEMP" : discard.Target.ToString().ToUpperInvariant());
                break;
            case PrepareStatement prepare:
                Prepare(prepare);
                break;
            case ExecuteStatement execute:
                Text("EXECUTE ").Name(execute.Name);
                if (execute.Arguments.Count > 0)
                {
                    Text("(").Expressions(execute.Arguments).Text(")");
                }

                break;
            case DeallocateStatement deallocate:
                _ = deallocate.Name is null ? Text("DEALLOCATE ALL") : Text("DEALLOCATE ").Name(deallocate.Name);
                break;
            default:
                CursorStatement(statement);
                break;
        }
    }

    private void CursorStatement(Statement statement)
    {
        switch (statement)
        {
            case DeclareCursorStatement declare:
                Declare(declare);
                break;
            case DeclareSubscriptionCursorStatement declare:
                Declare(declare);
                break;
            case FetchStatement fetch:
                Fetch(fetch);
                break;
            case CloseStatement close:
                _ = close.Cursor is null ? Text("CLOSE ALL") : Text("CLOSE ").Name(close.Cursor);
                break;
            case ListenStatement listen:
                Text("LISTEN ").Name(listen.Channel);
                break;
            case UnlistenStatement unlisten:
                _ = unlisten.Channel is null ? Text("UNLISTEN *") : Text("UNLISTEN ").Name(unlisten.Channel);
                break;
            case NotifyStatement notify:
                Text("NOTIFY ").Name(notify.Channel);
                _ = notify.Payload is null ? this : Text(", ").Literal(notify.Payload);
                break;
            case LockStatement @lock:
                Text("LOCK TABLE ").QualifiedNames(@lock.Tables).Text(" IN ").Text(@lock.Mode).Text(" MODE")
                    .TextIf(@lock.NoWait, " NOWAIT");
                break;
            default:
                StreamingStatement(statement);
                break;
        }
    }

    private void StreamingStatement(Statement statement)
    {
        switch (statement)
        {
            case FlushStatement:
                Text("FLUSH");
                break;
            case WaitStatement:
                Text("WAIT");
                break;
            case RecoverStatement:
                Text("RECOVER");
                break;
            case CheckpointStatement:
                Text("CHECKPOINT");
                break;
            case UseStatement use:
                Text("USE ").Name(use.Database);
                break;
            case SubscribeStatement subscribe:
                Text("SUBSCRIBE TO (").Inner(subscribe.Query).Text(")");
                if (subscribe.AsOf is { } epoch)
                {
                    Text($" AS OF {epoch}");
                }

                WithOptions(subscribe.Options);
                break;
            case KillStatement kill:
                Text("KILL ").Literal(kill.Process);
                break;
            case CancelJobsStatement cancel:
                Text("CANCEL JOBS ").List(cancel.Jobs, j => Text(j.ToString()));
                break;
            case ResumeStatement resume:
                Text("RESUME ").Text(KindText(resume.Kind)).Text(" ").Name(resume.Name);
                _ = resume.From is null ? this : Text(" FROM ").Expression(resume.From, Precedence.None);
                break;
            case VacuumStatement vacuum:
                Text(vacuum.Full ? "VACUUM FULL" : "VACUUM");
                _ = vacuum.Table is null ? this : Text(" ").Name(vacuum.Table);
                break;
            case AnalyzeStatement analyze:
                Text("ANALYZE").TextIf(analyze.Tables.Count > 0, " ");
                QualifiedNames(analyze.Tables);
                break;
            case RefreshStatement refresh:
                Text("REFRESH ").Text(KindText(refresh.Kind)).Text(" ").Name(refresh.Name);
                break;
            default:
                Show(statement);
                break;
        }
    }

    private void Show(Statement statement)
    {
        switch (statement)
        {
            case ShowVariableStatement show:
                _ = show.Name is null ? Text("SHOW ALL") : Text("SHOW ").OptionName(show.Name);
                break;
            case ShowCreateStatement show:
                Text("SHOW CREATE ").Text(KindText(show.Kind)).Text(" ").Name(show.Name);
                break;
            case ShowObjectsStatement show:
                ShowObjects(show);
                break;
            case DescribeStatement describe:
                Text("DESCRIBE ").TextIf(describe.Fragments, "FRAGMENTS ");
                _ = describe.FragmentId is { } id ? Text("FRAGMENT ").Text(id.ToString()) : Name(describe.Name!);
                break;
            default:
                throw Unknown(statement);
        }
    }

    private void ShowObjects(ShowObjectsStatement show)
    {
        Text("SHOW ").Text(show.Kind switch
        {
            ShowKind.InternalTables => "INTERNAL TABLES",
            ShowKind.MaterializedViews => "MATERIALIZED VIEWS",
            ShowKind.SubscriptionCursors => "SUBSCRIPTION CURSORS",
            _ => show.Kind.ToString().ToUpperInvariant(),
        });
        if (show.From is not null)
        {
            Text(" FROM ").Name(show.From);
        }

        if (show.Pattern is not null)
        {
            Text(show.IgnoreCase ? " ILIKE " : " LIKE ").Literal(show.Pattern);
        }

        Where(show.Where);
    }

    private void Explain(ExplainStatement explain)
    {
        Text("EXPLAIN ");
        if (explain.Options.Count > 0)
        {
            Text("(").List(explain.Options, ExplainOption).Text(") ");
        }

        if (explain.Target is ExplainedViewStatement view)
        {
            Text("MATERIALIZED VIEW ").QualifiedNames([view.Name]);
            return;
        }

        Statement(explain.Target);
    }

    private void ExplainOption(ExplainOption option)
    {
        bool bare = option.Name == "analyze" || (Deparser.IsLowerWord(option.Name)
            && Keywords.ClassOf(Keywords.Find(option.Name)) != KeywordClass.Reserved);
        Text(bare ? option.Name : Deparser.Quoted(option.Name));
        if (option.Value is not null)
        {
            Text(" ").Literal(option.Value);
        }
    }

    private void Set(SetStatement set)
    {
        if (set.Name == "timezone" && set.Values is [CastExpression zone])
        {
            Text("TIME ZONE ").Expression(zone, Precedence.None);
            return;
        }

        OptionName(set.Name).Text(" = ");
        Values(set.Values);
    }

    private void Values(SyntaxList<Expression> values)
    {
        TextIf(values.Count == 0, "DEFAULT");
        Expressions(values);
    }

    private void ModesPart(TransactionModes modes)
    {
        if (modes.Isolation is not null || modes.ReadOnly is not null || modes.Deferrable is not null)
        {
            Text(" ");
            Modes(modes);
        }
    }

    private void Modes(TransactionModes modes)
    {
        int start = _out.Length;
        if (modes.Isolation is { } isolation)
        {
            Text("ISOLATION LEVEL ").Text(isolation switch
            {
                IsolationLevel.ReadUncommitted => "READ UNCOMMITTED",
                IsolationLevel.ReadCommitted => "READ COMMITTED",
                IsolationLevel.RepeatableRead => "REPEATABLE READ",
                _ => "SERIALIZABLE",
            });
        }

        if (modes.ReadOnly is { } readOnly)
        {
            TextIf(_out.Length > start, ", ");
            Text(readOnly ? "READ ONLY" : "READ WRITE");
        }

        if (modes.Deferrable is { } deferrable)
        {
            TextIf(_out.Length > start, ", ");
            Text(deferrable ? "DEFERRABLE" : "NOT DEFERRABLE");
        }
    }

    private void Prepare(PrepareStatement prepare)
    {
        Text("PREPARE ").Name(prepare.Name);
        if (prepare.ParameterTypes.Count > 0)
        {
            Text(" (").List(prepare.ParameterTypes, Type).Text(")");
        }

        Text(" AS ");
        Statement(prepare.Target);
    }

    private void Declare(DeclareCursorStatement declare)
    {
        Text("DECLARE ").Name(declare.Name).TextIf(declare.Binary, " BINARY");
        TextIf(declare.Insensitive, " INSENSITIVE");
        Text(declare.Scroll switch { true => " SCROLL", false => " NO SCROLL", null => "" }).Text(" CURSOR ");
        TextIf(declare.Hold, "WITH HOLD ");
        Text("FOR ").Query(declare.Query);
    }

    private void Declare(DeclareSubscriptionCursorStatement declare)
    {
        Text("DECLARE ").Name(declare.Name).Text(" SUBSCRIPTION CURSOR FOR ").Name(declare.Subscription)
            .Text(declare.Since switch
            {
                SinceKind.Full => " FULL",
                SinceKind.Begin => " SINCE begin()",
                SinceKind.Now => " SINCE now()",
                SinceKind.ProcTime => " SINCE proctime()",
                SinceKind.UnixMilliseconds => " SINCE " + declare.SinceValue,
                _ => "",
            });
    }

    private void Fetch(FetchStatement fetch)
    {
        string count = fetch.Count is { } rows ? rows.ToString() : "ALL";
        Text(fetch.Move ? "MOVE " : "FETCH ").Text(fetch.Direction switch
        {
            FetchDirection.Forward => fetch.Count == 1 ? "NEXT" : "FORWARD " + count,
            FetchDirection.Backward => "BACKWARD " + count,
            FetchDirection.Absolute => "ABSOLUTE " + count,
            _ => "RELATIVE " + count,
        }).Text(" FROM ").Name(fetch.Cursor);
        WithOptions(fetch.Options);
    }
}
