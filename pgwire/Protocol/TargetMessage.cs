using Vectorized.Engine.Types;

namespace Vectorized.Pgwire.Protocol;

/// <summary>D or C: Describe or Close of a statement (S) or a portal (P).</summary>
internal readonly ref struct TargetMessage
{
    public bool IsStatement { get; private init; }

    public ReadOnlySpan<byte> Name { get; private init; }

    public static TargetMessage Read(ReadOnlySpan<byte> body, string messageName)
    {
        var reader = new MessageReader(body);
        byte kind = reader.ReadByte();
        var name = reader.ReadCString();
        reader.ExpectEnd();
        if (kind is not ((byte)'S' or (byte)'P'))
        {
            throw new SqlException(SqlState.ProtocolViolation, $"invalid {messageName} message subtype {kind}");
        }

        return new TargetMessage { IsStatement = kind == (byte)'S', Name = name };
    }
}
