using System.Buffers.Binary;

namespace Vectorized.Pgwire.Protocol;

/// <summary>P: prepares a statement under a name (empty: the unnamed one).</summary>
internal readonly ref struct ParseMessage
{
    private readonly ReadOnlySpan<byte> _types;

    private ParseMessage(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, ReadOnlySpan<byte> types)
    {
        Name = name;
        Text = text;
        _types = types;
    }

    public ReadOnlySpan<byte> Name { get; }

    public ReadOnlySpan<byte> Text { get; }

    /// <summary>How many parameters have a declared type; the rest is inferred.</summary>
    public int TypeCount => _types.Length / 4;

    /// <summary>The oids as they came, for comparing.</summary>
    public ReadOnlySpan<byte> TypeBytes => _types;

    /// <summary>A declared parameter type's oid; 0: to be inferred.</summary>
    public uint TypeOid(int parameter) => BinaryPrimitives.ReadUInt32BigEndian(_types[(parameter * 4)..]);

    public static ParseMessage Read(ReadOnlySpan<byte> body)
    {
        var reader = new MessageReader(body);
        var name = reader.ReadCString();
        var text = reader.ReadCString();
        var types = reader.ReadBytes(reader.ReadUInt16() * 4);
        reader.ExpectEnd();
        return new ParseMessage(name, text, types);
    }
}
