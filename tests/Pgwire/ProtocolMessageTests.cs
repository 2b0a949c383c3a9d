using System.Buffers;
using System.Text;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Pgwire.Protocol;

namespace Vectorized.Tests.Pgwire;

public sealed class ProtocolMessageTests
{
    [Fact]
    public void Bind_FormatsAndValues_AreReadInOrder()
    {
        byte[] body =
        [
            .. "p\0s\0"u8, 0, 2, 0, 1, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 7, 0xFF, 0xFF, 0xFF, 0xFF, 0, 1, 0, 1,
        ];
        var bind = BindMessage.Read(body);
        Assert.Equal("p", Encoding.UTF8.GetString(bind.Portal));
        Assert.Equal("s", Encoding.UTF8.GetString(bind.Statement));
        Assert.True(bind.ParameterFormats.IsBinary(0));
        Assert.False(bind.ParameterFormats.IsBinary(1));
        Assert.True(bind.ResultFormats.IsBinary(5));
        Assert.True(bind.NextValue(out var first));
        Assert.Equal([0, 0, 0, 7], first.ToArray());
        Assert.False(bind.NextValue(out _));
    }

    [Fact]
    public void Bind_EveryTruncation_IsAProtocolViolation()
    {
        byte[] body = [.. "\0\0"u8, 0, 1, 0, 1, 0, 1, 0, 0, 0, 4, 1, 2, 3, 4, 0, 1, 0, 1];
        for (int length = 0; length < body.Length; length++)
        {
            int cut = length;
            var error = Assert.Throws<SqlException>(() => BindMessage.Read(body.AsSpan(0, cut)));
            Assert.Equal(SqlState.ProtocolViolation, error.SqlState);
        }

        Assert.Equal(1, BindMessage.Read(body).ParameterCount);
    }

    [Fact]
    public void Startup_ParametersAndOptions_AreKeptApart()
    {
        byte[] packet = [0, 3, 0, 2, .. "user\0me\0_pq_.new\0x\0TimeZone\0UTC\0\0"u8];
        var startup = StartupMessage.Read(packet);
        Assert.Equal(3, startup.Major);
        Assert.Equal(2, startup.Minor);
        Assert.Equal("me", startup["user"]);
        Assert.Equal("UTC", startup["TimeZone"]);
        Assert.Equal(["_pq_.new"], startup.ProtocolOptions);
        Assert.Throws<SqlException>(() => StartupMessage.Read([0, 3, 0, 0, .. "user\0me\0"u8]));
    }

    [Fact]
    public void ErrorResponse_AllFields_StandInOrder()
    {
        var output = new ArrayBufferWriter<byte>();
        var error = new SqlException("42601", "bad\0text", 3, "a hint", "a detail") { Context = "line 1" };
        ErrorResponseMessage.Write(output, ErrorResponseMessage.Error, error, 3);
        string text = Encoding.UTF8.GetString(output.WrittenSpan[5..]);
        Assert.Equal("SERROR\0VERROR\0C42601\0Mbad\\0text\0Da detail\0Ha hint\0P3\0Wline 1\0\0", text);
        Assert.Equal((byte)'E', output.WrittenSpan[0]);
        Assert.Equal(output.WrittenCount - 1, output.WrittenSpan[4] + (output.WrittenSpan[3] << 8));
    }

    [Fact]
    public void RowDescription_Columns_CarryOidLengthModifierAndFormat()
    {
        var output = new ArrayBufferWriter<byte>();
        RowDescriptionMessage.Write(output, [new ResultColumn("n", SqlType.NumericOf(10, 2), 16384, 3)], default);
        byte[] expected =
        [
            (byte)'T', 0, 0, 0, 26, 0, 1, (byte)'n', 0, 0, 0, 0x40, 0, 0, 3, 0, 0, 0x06, 0xA4, 0xFF, 0xFF,
            0, 10, 0, 6, 0, 0,
        ];
        Assert.Equal(expected, output.WrittenSpan.ToArray());
    }

    [Fact]
    public void CharacterPosition_SurrogatePairs_CountOnce()
    {
        const string Text = "select '😀' x";
        Assert.Equal(8, WireText.CharacterPosition(Text, 8));
        Assert.Equal(11, WireText.CharacterPosition(Text, 12));
    }

    [Fact]
    public void Decode_InvalidUtf8_NamesTheBytes()
    {
        var error = Assert.Throws<SqlException>(() => WireText.Decode([(byte)'a', 0xC3, 0x28]));
        Assert.Equal(SqlState.CharacterNotInRepertoire, error.SqlState);
        Assert.Contains("0xc3 0x28", error.Message);
    }
}
