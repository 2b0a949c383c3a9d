namespace Vectorized.Pgwire.Protocol;

/// <summary>Q: a string of statements in the simple protocol.</summary>
internal readonly ref struct QueryMessage
{
    public ReadOnlySpan<byte> Text { get; private init; }

    public static QueryMessage Read(ReadOnlySpan<byte> body)
    {
        var reader = new MessageReader(body);
        var message = new QueryMessage { Text = reader.ReadCString() };
        reader.ExpectEnd();
        return message;
    }
}
