using Vectorized.Engine.Columns;
using Vectorized.Storage.Log;

namespace Vectorized.Engine.Dataflow.Recovery;

/// <summary>
/// Tick records on a device: Append encodes into the log's buffer, Sync is one write and one sync for all records
/// since the last. Main lane only.
/// </summary>
internal sealed class DurableTickLog(ILogWriter writer) : ITickLog
{
    private readonly Arena _scratch = new();
    private long _appended;

    public long DurableTick { get; private set; }

    public bool GroupsTicks => true;

    public ulong Position => writer.DurableNumber;

    public void Cut(ulong position) => writer.Cut(position);

    public long BytesAppended => writer.BytesAppended;

    public void Append(TickRecord record)
    {
        writer.Begin();
        TickRecordCodec.Write(writer, record, _scratch);
        writer.End();
        _appended = record.Number;
    }

    public void Sync()
    {
        writer.Sync();
        DurableTick = _appended;
    }

    public void Dispose()
    {
        writer.Dispose();
        _scratch.Dispose();
    }
}
