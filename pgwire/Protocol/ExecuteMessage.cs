namespace Vectorized.Pgwire.Protocol;

/// <summary>E: runs a portal, for at most so many rows (0 or less: all).</summary>
internal readonly ref struct ExecuteMessage
{
    public ReadOnlySpan<byte> Portal { get; private init; }

    public int RowsMax { get; private init; }

    public static ExecuteMessage Read(ReadOnlySpan<byte> body)
    {
        var reader = new MessageReader(body);
        var message = new ExecuteMessage { Portal = reader.ReadCString(), RowsMax = reader.ReadInt32() };
        reader.ExpectEnd();
        return message;
    }
}
