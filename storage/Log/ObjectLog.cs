using System.Buffers.Binary;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Objects;

namespace Vectorized.Storage.Log;

/// <summary>
/// A log on an object store: an object a group of records, each put only if none has its name. A writer that takes over reads to the
/// end and puts a fence there: what an earlier writer puts afterwards fails before it is acknowledged. One thread.
/// </summary>
/// <param name="store">The caller's.</param>
/// <param name="databaseId">Whose log it is.</param>
/// <param name="term">This writer's term, above all earlier ones.</param>
/// <param name="writer">Random: tells this writer's objects from others'.</param>
public sealed class ObjectLog(IObjectStore store, ulong databaseId, long term, ulong writer) : RecordLog
{
    private readonly List<ulong> _batches = [];
    private ulong _next;

    public override long TornBytes => 0;

    public override IEnumerable<LogRecord> Read(ulong first)
    {
        _batches.Clear();
        _next = first;
        while (TryGet(_next) is { } batch)
        {
            var head = ObjectLogFormat.ReadHead(batch, databaseId, $"{store.Name}/{ObjectLogFormat.Key(_next)}");
            _batches.Add(head.First);
            int position = ObjectLogFormat.HeadBytes;
            for (uint i = 0; i < head.Records; i++)
            {
                int length = BinaryPrimitives.ReadInt32LittleEndian(batch.AsSpan(position));
                yield return new LogRecord(head.First + i, batch.AsMemory(position + sizeof(int), length));
                position += sizeof(int) + length;
            }

            _next = head.Next;
        }
    }

    /// <summary>Whether a batch begins at a number.</summary>
    public bool Holds(ulong first) => TryGet(first) is not null;

    /// <summary>Puts the fence. Raises <see cref="FencedException"/> where a later term has written meanwhile.</summary>
    public override ILogWriter OpenWriter()
    {
        byte[] fence = new byte[ObjectLogFormat.HeadBytes];
        var head = new ObjectLogHead(0, databaseId, _next, term, writer, IsFence: true);
        ObjectLogFormat.WriteHead(fence, in head);
        ObjectLogWriter.Put(store, in head, fence);
        _batches.Add(_next);
        return new ObjectLogWriter(store, databaseId, term, writer, _next + 1, _batches);
    }

    private byte[]? TryGet(ulong number)
    {
        try
        {
            return store.Get(ObjectLogFormat.Key(number));
        }
        catch (ObjectStoreException e) when (e.Kind == ObjectErrorKind.NotFound)
        {
            return null;
        }
    }
}
