using System.Buffers.Binary;
using Vectorized.Storage.Checkpoints;
using Vectorized.Storage.Objects;

namespace Vectorized.Storage.Log;

/// <summary>
/// A log on an object store: an object a group of records, each put only if none has its name. A writer that takes over reads to the
/// end and puts a fence there: what an earlier writer puts afterwards fails before it is acknowledged. Fences stay for good, so that this
/// holds however long that one had slept. One thread.
/// </summary>
/// <param name="store">The caller's.</param>
/// <param name="databaseId">Whose log it is.</param>
/// <param name="term">This writer's term, above all earlier ones.</param>
/// <param name="writer">Random: tells this writer's objects from others'.</param>
/// <param name="hostName">Who this writer is to one that it fences.</param>
public sealed class ObjectLog(IObjectStore store, ulong databaseId, long term, ulong writer, string hostName = "") : RecordLog
{
    /// <summary>Damage is believed once it was read so often: bits also turn over on the way.</summary>
    private const int ReadsMax = 3;

    private readonly List<ulong> _batches = [];
    private ulong _first;
    private ulong _next;
    private ulong _end = ulong.MaxValue;

    public override long TornBytes => 0;

    public override IEnumerable<LogRecord> Read(ulong first)
    {
        _batches.Clear();
        _first = first;
        _next = first;
        // Behind this writer's fence only others write: who has taken over while this one was still reading.
        while (_next < _end && TryGet(store, databaseId, _next) is var (head, batch))
        {
            if (!head.IsFence)
            {
                _batches.Add(head.First);
            }

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
    public bool Holds(ulong first) => TryGet(store, databaseId, first) is not null;

    /// <summary>Puts the fence. Raises <see cref="FencedException"/> where a later term has written meanwhile.</summary>
    public override ILogWriter OpenWriter()
    {
        byte[] host = System.Text.Encoding.UTF8.GetBytes(hostName);
        byte[] fence = new byte[ObjectLogFormat.HeadBytes + host.Length];
        host.CopyTo(fence.AsSpan(ObjectLogFormat.HeadBytes));
        var head = new ObjectLogHead(0, databaseId, _next, term, writer, IsFence: true);
        ObjectLogFormat.WriteHead(fence, in head);
        ObjectLogWriter.Put(store, in head, fence);
        _end = _next;
        return new ObjectLogWriter(store, databaseId, term, writer, _next + 1, new ObjectLogGarbage(store, databaseId, _first, _batches));
    }

    /// <summary>The batch that begins at a number, whole; null: there is none.</summary>
    internal static (ObjectLogHead Head, byte[] Batch)? TryGet(IObjectStore store, ulong databaseId, ulong number)
    {
        string key = ObjectLogFormat.Key(number);
        for (int reads = 1; ; reads++)
        {
            try
            {
                byte[] batch = store.Get(key);
                var head = ObjectLogFormat.ReadHead(batch, databaseId, $"{store.Name}/{key}");
                return head.First == number ? (head, batch)
                    : throw new CorruptionException($"{store.Name}/{key} holds the batch of record {head.First}");
            }
            catch (ObjectStoreException e) when (e.Kind == ObjectErrorKind.NotFound)
            {
                return null;
            }
            catch (CorruptionException) when (reads < ReadsMax)
            {
            }
        }
    }
}
