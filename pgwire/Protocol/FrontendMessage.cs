namespace Vectorized.Pgwire.Protocol;

/// <summary>First bytes of the messages a client sends, and how long each may be.</summary>
internal static class FrontendMessage
{
    public const byte Bind = (byte)'B';
    public const byte Close = (byte)'C';
    public const byte CopyData = (byte)'d';
    public const byte CopyDone = (byte)'c';
    public const byte CopyFail = (byte)'f';
    public const byte Describe = (byte)'D';
    public const byte Execute = (byte)'E';
    public const byte Flush = (byte)'H';
    public const byte FunctionCall = (byte)'F';
    public const byte Parse = (byte)'P';
    public const byte Password = (byte)'p';
    public const byte Query = (byte)'Q';
    public const byte Sync = (byte)'S';
    public const byte Terminate = (byte)'X';

    /// <summary>Bytes of a message that only names something or says nothing (PostgreSQL's small message limit).</summary>
    public const int SmallBytesMax = 10_000;

    /// <summary>Bytes of an authentication message.</summary>
    public const int PasswordBytesMax = 65_535;

    /// <summary>The largest length field allowed, or 0 for a message nobody knows.</summary>
    public static int LengthMax(byte type, int largeBytesMax) => type switch
    {
        Query or Parse or Bind or CopyData or FunctionCall => largeBytesMax,
        Close or CopyDone or CopyFail or Describe or Execute or Flush or Sync or Terminate => SmallBytesMax,
        Password => PasswordBytesMax,
        _ => 0,
    };
}
