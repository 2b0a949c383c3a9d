using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Pgwire.Protocol;

namespace Vectorized.Pgwire.Session;

/// <summary>
/// COPY FROM STDIN between its CopyInResponse and its end: pieces go to the engine as they come, however they are cut.
/// Flush and Sync are ignored meanwhile (protocol documentation, "COPY Operations"). One thread.
/// </summary>
internal sealed class CopyInFlow(PortalState portal, bool isExtended, CancellationToken cancellation)
{
    private readonly ICopyIn _target = portal.Portal!.CopyIn!;

    /// <summary>Started by Execute, not by a simple query.</summary>
    public bool IsExtended { get; } = isExtended;

    public PortalState Portal { get; } = portal;

    public CancellationToken Cancellation { get; } = cancellation;

    public void Start(System.Buffers.IBufferWriter<byte> output) =>
        CopyResponseMessage.Write(output, BackendMessage.CopyIn, _target.IsBinary, _target.ColumnCount);

    public void Write(ReadOnlySpan<byte> piece)
    {
        Cancellation.ThrowIfCancellationRequested();
        _target.Write(piece);
    }

    public async ValueTask Complete()
    {
        await Task.Yield();
        await _target.Complete(Cancellation);
    }

    public SqlException Fail(ReadOnlySpan<byte> body)
    {
        var reader = new MessageReader(body);
        string reason = TextEncoding.UTF8.GetString(reader.ReadCString());
        _target.Fail(reason);
        return new SqlException(SqlState.QueryCanceled, $"COPY from stdin failed: {reason}");
    }
}
