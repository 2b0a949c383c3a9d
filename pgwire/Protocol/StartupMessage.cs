using System.Buffers.Binary;
using System.Text;
using Vectorized.Engine.Types;

namespace Vectorized.Pgwire.Protocol;

/// <summary>
/// The first packet of a connection (no type byte): what it asks for, or a session's parameters. Lengths outside
/// 8..10000 never get here.
/// </summary>
internal sealed class StartupMessage
{
    public const int LengthMin = 8;
    public const int LengthMax = 10_000;
    public const int SslRequestCode = 80877103;
    public const int GssRequestCode = 80877104;
    public const int CancelRequestCode = 80877102;

    /// <summary>Protocol 3.0, the newest spoken.</summary>
    public const int Version = 3 << 16;

    /// <summary>Major and minor protocol number, or a request code.</summary>
    public int Code { get; private init; }

    public int Major => Code >> 16;

    public int Minor => Code & 0xFFFF;

    /// <summary>Session parameters in order, names as sent.</summary>
    public List<(string Name, string Value)> Parameters { get; } = [];

    /// <summary>Names of protocol options (_pq_.x), none of which is known.</summary>
    public List<string> ProtocolOptions { get; } = [];

    public string? this[string name]
    {
        get
        {
            foreach (var (key, value) in Parameters)
            {
                if (key == name)
                {
                    return value;
                }
            }

            return null;
        }
    }

    /// <summary>Reads code and parameters (of a version-3 packet) from a packet without its length field.</summary>
    public static StartupMessage Read(ReadOnlySpan<byte> packet)
    {
        var message = new StartupMessage { Code = BinaryPrimitives.ReadInt32BigEndian(packet) };
        if (message.Major != 3)
        {
            return message;
        }

        var reader = new MessageReader(packet[4..]);
        while (true)
        {
            string name = TextEncoding.UTF8.GetString(reader.ReadCString());
            if (name.Length == 0)
            {
                break;
            }

            string value = TextEncoding.UTF8.GetString(reader.ReadCString());
            if (name.StartsWith("_pq_.", StringComparison.Ordinal))
            {
                message.ProtocolOptions.Add(name);
            }
            else
            {
                message.Parameters.Add((name, value));
            }
        }

        if (reader.Remaining != 0)
        {
            throw new SqlException(
                SqlState.ProtocolViolation, "invalid startup packet layout: expected terminator as last byte");
        }

        return message;
    }
}
