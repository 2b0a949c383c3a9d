using System.Buffers.Binary;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Objects;

namespace Vectorized.Storage.Log;

/// <summary>
/// Puts each group of records as one object under its first number, if there is none. One that is there and not ours is another
/// writer's fence: nothing more is acknowledged. One thread; <see cref="Cut"/> on any.
/// </summary>
internal sealed class ObjectLogWriter : ILogWriter
{
    private readonly IObjectStore _store;
    private readonly ulong _databaseId;
    private readonly long _term;
    private readonly ulong _writer;
    private readonly ObjectLogGarbage _garbage;
    private byte[] _buffer = new byte[32 << 10];
    private int _count = ObjectLogFormat.HeadBytes;
    private int _record;
    private uint _records;
    private ulong _next;

    internal ObjectLogWriter(IObjectStore store, ulong databaseId, long term, ulong writer, ulong next, ObjectLogGarbage garbage)
    {
        _store = store;
        _databaseId = databaseId;
        _term = term;
        _writer = writer;
        _next = next;
        _garbage = garbage;
        DurableNumber = next - 1;
    }

    public ulong DurableNumber { get; private set; }

    public long BytesAppended { get; private set; }

    public void Begin()
    {
        _record = _count;
        GetSpan(sizeof(int));
        _count += sizeof(int);
    }

    public ulong End()
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_record), _count - _record - sizeof(int));
        BytesAppended += _count - _record;
        return _next + _records++;
    }

    public void Sync()
    {
        if (_records == 0)
        {
            return;
        }

        var head = new ObjectLogHead(_records, _databaseId, _next, _term, _writer, IsFence: false);
        var batch = _buffer.AsSpan(0, _count);
        ObjectLogFormat.WriteHead(batch, in head);
        try
        {
            Put(_store, in head, batch);
        }
        catch (ObjectStoreException e)
        {
            throw new StorageException($"the log on {_store.Name} cannot be written: {e.Message}", isTransient: false, e);
        }

        _garbage.Add(_next);
        _next = head.Next;
        DurableNumber = _next - 1;
        _records = 0;
        _count = ObjectLogFormat.HeadBytes;
    }

    public void Cut(ulong number) => _garbage.Cut(number);

    public void Advance(int count) => _count += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_buffer.Length - _count < Math.Max(sizeHint, 1))
        {
            Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, _count + sizeHint));
        }

        return _buffer.AsMemory(_count);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose()
    {
    }

    /// <summary>Puts a batch that nobody else has put. Whether an unanswered put took effect is found by looking.</summary>
    internal static void Put(IObjectStore store, in ObjectLogHead head, ReadOnlySpan<byte> batch)
    {
        string key = ObjectLogFormat.Key(head.First);
        try
        {
            store.Put(key, batch, PutCondition.IfAbsent);
        }
        catch (ObjectStoreException e) when (e.OutcomeIsUnknown || e.Kind == ObjectErrorKind.PreconditionFailed)
        {
            if (ObjectLog.TryGet(store, head.DatabaseId, head.First) is not var (other, found))
            {
                throw;
            }

            if (!batch.SequenceEqual(found))
            {
                string host = other.IsFence ? System.Text.Encoding.UTF8.GetString(found.AsSpan(ObjectLogFormat.HeadBytes)) : "";
                throw new FencedException(other.Term, host, $"record {other.First} of the log");
            }
        }
    }
}
