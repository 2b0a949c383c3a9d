using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Pgwire;

/// <summary>
/// One execution. <c>rows N [B]</c>: N rows in batches of B. <c>slow</c>: waits to be cancelled. <c>spin</c>: never
/// yields until cancelled. <c>echo $1..</c>: the parameters. <c>write X</c>, <c>returning X</c>: DML. <c>fail STATE</c>,
/// <c>bug</c>: errors. <c>rows_then_fail N</c>. <c>copyin</c>, <c>copyout N</c>. <c>set NAME VALUE</c>. <c>notice S M</c>.
/// </summary>
internal sealed class FakePortal : IPortal
{
    private readonly FakeSession _session;
    private readonly FakePrepared _prepared;
    private readonly IReadOnlyList<Datum> _parameters;
    private OwnedBatch? _batch;
    private int _given;
    private bool _done;

    public FakePortal(FakeSession session, FakePrepared prepared, IReadOnlyList<Datum> parameters)
    {
        _session = session;
        _prepared = prepared;
        _parameters = parameters;
        _session.OpenPortals++;
        CopyIn = Verb == "copyin" ? new FakeCopyIn(session) : null;
        CopyOut = Verb == "copyout" ? new FakeCopyOut(int.Parse(prepared.Words[1])) : null;
    }

    public IReadOnlyList<ResultColumn>? Columns => _prepared.Columns;

    public string CommandTag { get; private set; } = "";

    public ICopyIn? CopyIn { get; }

    public ICopyOut? CopyOut { get; }

    private string Verb => _prepared.Words.Length > 0 ? _prepared.Words[0] : "";

    public async ValueTask<Batch?> Next(CancellationToken cancellation)
    {
        string[] words = _prepared.Words;
        switch (_prepared.Statement)
        {
            case BeginStatement:
                _session.TransactionStatus = TransactionStatus.InBlock;
                CommandTag = "BEGIN";
                return null;
            case CommitStatement:
                CommandTag = _session.TransactionStatus == TransactionStatus.Failed ? "ROLLBACK" : "COMMIT";
                EndBlock(commit: CommandTag == "COMMIT");
                return null;
            case RollbackStatement:
                CommandTag = "ROLLBACK";
                EndBlock(commit: false);
                return null;
            case DeallocateStatement { Name: { } missing }:
                throw new SqlException(
                    SqlState.InvalidSqlStatementName, $"prepared statement \"{missing}\" does not exist");
            case DeallocateStatement:
                CommandTag = "DEALLOCATE ALL";
                return null;
            default:
                break;
        }

        switch (Verb)
        {
            case "rows": return Rows(int.Parse(words[1]), words.Length > 2 ? int.Parse(words[2]) : int.MaxValue);
            case "wide": return Once(b => b[0].AppendBytes(Encoding.UTF8.GetBytes(new string('x', int.Parse(words[1])))));
            case "point": return Once(b => _parameters[0].AppendTo(b[0]));
            case "echo": return Once(Echo);
            case "show":
                CommandTag = "SHOW";
                return _done ? null : Take(_session.Database.Results[words[1]].Batch.Batch);
            case "returning":
                _session.Write(words[1]);
                CommandTag = "INSERT 0 1";
                return Once(b => b[0].Append(1), "INSERT 0 1");
            case "slow":
                await Task.Delay(Timeout.Infinite, cancellation);
                return null;
            case "spin":
                while (true)
                {
                    cancellation.ThrowIfCancellationRequested();
                }

            case "write":
                _session.Write(words[1]);
                CommandTag = "INSERT 0 1";
                return null;
            case "fail": throw new SqlException(words[1], "it failed", 3, "a hint", "a detail");
            case "bug": throw new InvalidOperationException("a broken invariant");
            case "set":
                _session.Settings.Set(words[1], words[2]);
                CommandTag = "SET";
                return null;
            case "notice":
                _session.NoticeReceived?.Invoke(new Notice(words[1], "00000", words[2]));
                CommandTag = "NOTICE";
                return null;
            case "copyin":
                CommandTag = $"COPY {((FakeCopyIn)CopyIn!).Rows}";
                return null;
            case "copyout":
                CommandTag = $"COPY {words[1]}";
                return null;
            default: throw new SqlException(SqlState.SyntaxError, $"no such verb: {Verb}");
        }
    }

    public void Dispose()
    {
        _session.OpenPortals--;
        _batch?.Dispose();
        _batch = null;
    }

    private Batch? Rows(int count, int batchRows)
    {
        int rows = Math.Min(count - _given, batchRows);
        CommandTag = $"SELECT {count}";
        if (rows <= 0)
        {
            return null;
        }

        var builder = NewBuilder();
        for (int i = 0; i < rows; i++)
        {
            int id = ++_given;
            builder[0].Append(id);
            if (id % 5 == 0)
            {
                builder[1].AppendNull();
            }
            else
            {
                builder[1].AppendBytes(Encoding.UTF8.GetBytes($"name {id}"));
            }

            builder.EndRow();
        }

        _batch?.Dispose();
        _batch = builder.Build();
        return _batch.Batch;
    }

    private Batch? Once(Action<BatchBuilder> fill, string tag = "SELECT 1")
    {
        CommandTag = tag;
        if (_done)
        {
            return null;
        }

        var builder = NewBuilder();
        fill(builder);
        builder.EndRow();
        _batch = builder.Build();
        return Take(_batch.Batch);
    }

    private void Echo(BatchBuilder builder)
    {
        for (int i = 0; i < _parameters.Count; i++)
        {
            _parameters[i].AppendTo(builder[i]);
        }
    }

    private Batch Take(Batch batch)
    {
        _done = true;
        return batch;
    }

    private BatchBuilder NewBuilder() => new([.. _prepared.Columns!.Select(c => c.Type)]);

    private void EndBlock(bool commit)
    {
        if (commit)
        {
            _session.Commit();
        }
        else
        {
            _session.Rollback();
        }

        _session.TransactionStatus = TransactionStatus.Idle;
    }
}
