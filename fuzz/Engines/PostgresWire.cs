using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Vectorized.Fuzz.Engines;

/// <summary>
/// A connection to PostgreSQL by the simple protocol, which gives every value as text. Any number of statements go out in one
/// write and the server works through them while we do something else; their outcomes come back in order. One thread.
/// </summary>
internal sealed class PostgresWire : IDisposable
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly BufferedStream _reader;
    private readonly MemoryStream _pending = new();
    private byte[] _body = new byte[4096];

    internal PostgresWire(string socketPath)
    {
        _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _socket.Connect(new UnixDomainSocketEndPoint(socketPath));
        _stream = new NetworkStream(_socket);
        _reader = new BufferedStream(_stream, 1 << 16);
        byte[] parameters = Encoding.UTF8.GetBytes("user\0postgres\0database\0postgres\0client_encoding\0UTF8\0\0");
        Span<byte> head = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(head, 8 + parameters.Length);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], 196_608);
        _stream.Write(head);
        _stream.Write(parameters);
        var started = Receive();
        if (!started.Succeeded)
        {
            throw new InvalidOperationException($"PostgreSQL: {started.Message}");
        }
    }

    internal Outcome Run(string sql)
    {
        Send([sql]);
        return Receive();
    }

    /// <summary>Sends the statements; each has an outcome to <see cref="Receive"/>.</summary>
    internal void Send(IEnumerable<string> statements)
    {
        _pending.SetLength(0);
        Span<byte> head = stackalloc byte[5];
        foreach (string sql in statements)
        {
            byte[] text = Encoding.UTF8.GetBytes(sql);
            head[0] = (byte)'Q';
            BinaryPrimitives.WriteInt32BigEndian(head[1..], text.Length + 5);
            _pending.Write(head);
            _pending.Write(text);
            _pending.WriteByte(0);
        }

        _stream.Write(_pending.GetBuffer().AsSpan(0, (int)_pending.Length));
    }

    /// <summary>The outcome of the next statement sent.</summary>
    internal Outcome Receive()
    {
        var outcome = new Outcome();
        var rows = new List<string?[]>();
        while (true)
        {
            var (type, body) = ReadMessage();
            switch (type)
            {
                case 'T':
                    outcome = outcome with { Types = ReadTypes(body) };
                    break;
                case 'D':
                    rows.Add(ReadRow(body));
                    break;
                case 'E':
                    outcome = ReadError(body);
                    break;
                case 'Z':
                    return outcome with { Rows = outcome.Succeeded ? rows : [] };
                default:
                    break;
            }
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
        _socket.Dispose();
        _pending.Dispose();
    }

    private (char Type, Memory<byte> Body) ReadMessage()
    {
        Span<byte> head = stackalloc byte[5];
        _reader.ReadExactly(head);
        int length = BinaryPrimitives.ReadInt32BigEndian(head[1..]) - 4;
        if (_body.Length < length)
        {
            _body = new byte[length * 2];
        }

        _reader.ReadExactly(_body, 0, length);
        return ((char)head[0], _body.AsMemory(0, length));
    }

    private static List<uint> ReadTypes(Memory<byte> message)
    {
        var body = message.Span;
        int count = BinaryPrimitives.ReadInt16BigEndian(body);
        var types = new List<uint>();
        int at = 2;
        for (int i = 0; i < count; i++)
        {
            at += body[at..].IndexOf((byte)0) + 1;
            types.Add(BinaryPrimitives.ReadUInt32BigEndian(body[(at + 6)..]));
            at += 18;
        }

        return types;
    }

    private static string?[] ReadRow(Memory<byte> message)
    {
        var body = message.Span;
        var cells = new string?[BinaryPrimitives.ReadInt16BigEndian(body)];
        int at = 2;
        for (int i = 0; i < cells.Length; i++)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(body[at..]);
            at += 4;
            if (length >= 0)
            {
                cells[i] = Encoding.UTF8.GetString(body.Slice(at, length));
                at += length;
            }
        }

        return cells;
    }

    private static Outcome ReadError(Memory<byte> message)
    {
        string state = "";
        string text = "";
        foreach (string field in Encoding.UTF8.GetString(message.Span).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (field[0])
            {
                case 'C':
                    state = field[1..];
                    break;
                case 'M':
                    text = field[1..];
                    break;
                default:
                    break;
            }
        }

        return Outcome.Failed(state, text);
    }
}
