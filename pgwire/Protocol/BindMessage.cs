using Vectorized.Engine.Types;

namespace Vectorized.Pgwire.Protocol;

/// <summary>
/// B: starts a portal from a prepared statement. Parameter values are read in order by <see cref="NextValue"/>, all of
/// them once; the constructor has checked that they are there.
/// </summary>
internal ref struct BindMessage
{
    private MessageReader _values;

    public ReadOnlySpan<byte> Portal { get; private init; }

    public ReadOnlySpan<byte> Statement { get; private init; }

    public FormatCodes ParameterFormats { get; private init; }

    public int ParameterCount { get; private init; }

    public FormatCodes ResultFormats { get; private init; }

    /// <summary>The next parameter's bytes; false: NULL.</summary>
    public bool NextValue(out ReadOnlySpan<byte> value)
    {
        int length = _values.ReadInt32();
        value = length < 0 ? default : _values.ReadBytes(length);
        return length >= 0;
    }

    public static BindMessage Read(ReadOnlySpan<byte> body)
    {
        var reader = new MessageReader(body);
        var portal = reader.ReadCString();
        var statement = reader.ReadCString();
        var parameterFormats = FormatCodes.Read(ref reader);
        int count = reader.ReadUInt16();
        if (parameterFormats.Count > 1 && parameterFormats.Count != count)
        {
            throw MessageReader.Violation(
                $"bind message has {parameterFormats.Count} parameter formats but {count} parameters");
        }

        var values = reader;
        for (int i = 0; i < count; i++)
        {
            int length = reader.ReadInt32();
            if (length < -1)
            {
                throw new SqlException(SqlState.ProtocolViolation, "invalid parameter length in bind message");
            }

            reader.ReadBytes(Math.Max(length, 0));
        }

        var resultFormats = FormatCodes.Read(ref reader);
        reader.ExpectEnd();
        return new BindMessage
        {
            Portal = portal,
            Statement = statement,
            ParameterFormats = parameterFormats,
            ParameterCount = count,
            ResultFormats = resultFormats,
            _values = values,
        };
    }
}
