using Vectorized.Engine.Columns;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Tests.Pgwire;

/// <summary>
/// A database whose every statement is a point look-up that allocates nothing: what is left is the protocol's own cost.
/// </summary>
internal sealed class PointDatabase : IDatabase
{
    private int _lastId;

    public long PublishedEpoch => 1;

    public Task<Exception> Death { get; } = new TaskCompletionSource<Exception>().Task;

    public ISession Connect(string user, string database) =>
        new PointSession(Interlocked.Increment(ref _lastId), user, database);

    public ValueTask DisposeAsync() => default;

    private sealed class PointSession(int id, string user, string database) : ISession
    {
        private readonly PointPortal _portal = new();

        public int Id => id;

        public SessionSettings Settings { get; } = new(user, database);

        public TransactionStatus TransactionStatus => TransactionStatus.Idle;

        public Action<Notice>? NoticeReceived { get; set; }

        public IPreparedStatement Prepare(Statement statement, IReadOnlyList<SqlType> parameterTypes) =>
            new PointPrepared(statement);

        public IPortal Bind(IPreparedStatement statement, IReadOnlyList<Datum> parameters)
        {
            _portal.Open(statement, parameters);
            return _portal;
        }

        public ValueTask EndImplicitTransaction(bool failed) => default;

        public void Dispose() => _portal.Free();
    }

    private sealed class PointPrepared(Statement statement) : IPreparedStatement
    {
        public Statement Statement => statement;

        public IReadOnlyList<SqlType> ParameterTypes { get; } = [SqlType.Int32];

        public IReadOnlyList<ResultColumn>? Columns { get; } =
            [new ResultColumn("v", SqlType.Int32), new ResultColumn("f", SqlType.Float64)];

        public bool RunsBriefly => true;

        public bool IsCurrent => true;
    }

    private sealed class PointPortal : IPortal
    {
        private readonly Arena _arena = new();
        private readonly Batch _batch = new();
        private Vector _number;
        private Vector _float;
        private IPreparedStatement? _prepared;
        private IReadOnlyList<Datum> _parameters = [];
        private bool _done;

        public PointPortal()
        {
            _number = Vector.Allocate(_arena, SqlType.Int32, 1);
            _float = Vector.Allocate(_arena, SqlType.Float64, 1);
        }

        public IReadOnlyList<ResultColumn>? Columns => _prepared!.Columns;

        public string CommandTag => "SELECT 1";

        public ICopyIn? CopyIn => null;

        public ICopyOut? CopyOut => null;

        public void Open(IPreparedStatement prepared, IReadOnlyList<Datum> parameters)
        {
            _prepared = prepared;
            _parameters = parameters;
            _done = false;
        }

        public ValueTask<Batch?> Next(CancellationToken cancellation)
        {
            if (_done)
            {
                return default;
            }

            _done = true;
            _number.Values<int>()[0] = _parameters[0].AsInt32;
            _float.Values<double>()[0] = _parameters[0].AsInt32 / 8.0;
            _batch.Reset(1, 2);
            _batch[0] = _number;
            _batch[1] = _float;
            return new ValueTask<Batch?>(_batch);
        }

        public void Free() => _arena.Dispose();

        public void Dispose()
        {
        }
    }
}
