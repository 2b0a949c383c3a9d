namespace Vectorized.Pgwire.Protocol;

/// <summary>p, the first of a SASL exchange: the chosen mechanism and its first data. Later ones are data alone.</summary>
internal readonly ref struct SaslInitialResponseMessage
{
    public ReadOnlySpan<byte> Mechanism { get; private init; }

    public ReadOnlySpan<byte> Data { get; private init; }

    public static SaslInitialResponseMessage Read(ReadOnlySpan<byte> body)
    {
        var reader = new MessageReader(body);
        var mechanism = reader.ReadCString();
        int length = reader.ReadInt32();
        var data = length < 0 ? default : reader.ReadBytes(length);
        reader.ExpectEnd();
        return new SaslInitialResponseMessage { Mechanism = mechanism, Data = data };
    }
}
