using Vectorized.Engine.Serving;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Pgwire;

/// <summary>A scripted session: transactions with real rules, statements as <see cref="FakePortal"/> describes.</summary>
internal sealed class FakeSession(FakeDatabase database, int id, string user, string name) : ISession
{
    private readonly List<string> _written = [];

    public FakeDatabase Database => database;

    public int Id => id;

    public SessionSettings Settings { get; } = new(user, name);

    public TransactionStatus TransactionStatus { get; set; } = TransactionStatus.Idle;

    public Action<Notice>? NoticeReceived { get; set; }

    public bool IsDisposed { get; private set; }

    public int OpenPortals { get; set; }

    public IPreparedStatement Prepare(Statement statement, IReadOnlyList<SqlType> parameterTypes)
    {
        CheckUsable(statement);
        return new FakePrepared(this, statement, parameterTypes);
    }

    public IPortal Bind(IPreparedStatement statement, IReadOnlyList<Datum> parameters)
    {
        CheckUsable(statement.Statement);
        return new FakePortal(this, (FakePrepared)statement, parameters);
    }

    public void Write(string what)
    {
        _written.Add(what);
    }

    public void Commit()
    {
        lock (database.Committed)
        {
            database.Committed.AddRange(_written);
        }

        _written.Clear();
    }

    public void Rollback() => _written.Clear();

    public ValueTask EndImplicitTransaction(bool failed)
    {
        if (TransactionStatus == TransactionStatus.Idle)
        {
            if (failed)
            {
                Rollback();
            }
            else
            {
                Commit();
            }
        }
        else if (failed)
        {
            TransactionStatus = TransactionStatus.Failed;
        }

        return default;
    }

    public void Dispose() => IsDisposed = true;

    private void CheckUsable(Statement statement)
    {
        if (TransactionStatus == TransactionStatus.Failed && statement is not (CommitStatement or RollbackStatement))
        {
            throw new SqlException(
                SqlState.InFailedSqlTransaction,
                "current transaction is aborted, commands ignored until end of transaction block");
        }
    }
}
