using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Vectorized.Tests.Pgwire;

/// <summary>Speaks the protocol byte by byte over a real socket. Reads time out, so a hanging server fails a test.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly TcpClient _tcp;
    private readonly NetworkStream _stream;
    private readonly MemoryStream _pending = new();

    public RawClient(int port)
    {
        _tcp = new TcpClient { NoDelay = true };
        _tcp.Connect("127.0.0.1", port);
        _stream = _tcp.GetStream();
        _stream.ReadTimeout = 20_000;
        _stream.WriteTimeout = 20_000;
    }

    public int ProcessId { get; private set; }

    public byte[] CancelKey { get; private set; } = [];

    public Dictionary<string, string> Parameters { get; } = [];

    /// <summary>Connects and reads up to ReadyForQuery.</summary>
    public static RawClient Connect(int port, params (string, string)[] parameters)
    {
        var client = new RawClient(port);
        client.SendStartup(196608, [("user", "root"), ("database", "dev"), .. parameters]);
        client.TakeGreeting(client.ReadUntil('Z'));
        return client;
    }

    public void TakeGreeting(IEnumerable<RawMessage> messages)
    {
        foreach (var message in messages)
        {
            if (message.Type == 'K')
            {
                ProcessId = BinaryPrimitives.ReadInt32BigEndian(message.Body);
                CancelKey = message.Body[4..];
            }
            else if (message.Type == 'S')
            {
                string[] parts = message.Text.Split('\0');
                Parameters[parts[0]] = parts[1];
            }
        }
    }

    public void SendBytes(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        _stream.Flush();
    }

    public void SendStartup(int code, (string Name, string Value)[] parameters)
    {
        string text = string.Concat(parameters.Select(p => $"{p.Name}\0{p.Value}\0")) + "\0";
        SendPacket(code, Encoding.UTF8.GetBytes(text));
    }

    public void SendPacket(int code, byte[] rest)
    {
        byte[] packet = new byte[8 + rest.Length];
        BinaryPrimitives.WriteInt32BigEndian(packet, packet.Length);
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(4), code);
        rest.CopyTo(packet, 8);
        SendBytes(packet);
    }

    /// <summary>Adds a message to what <see cref="Flush"/> sends.</summary>
    public RawClient Add(char type, params byte[][] parts)
    {
        byte[] message = Message(type, parts);
        _pending.Write(message);
        return this;
    }

    public static byte[] Message(char type, params byte[][] parts)
    {
        int length = parts.Sum(p => p.Length);
        byte[] message = new byte[5 + length];
        message[0] = (byte)type;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), 4 + length);
        int at = 5;
        foreach (byte[] part in parts)
        {
            part.CopyTo(message, at);
            at += part.Length;
        }

        return message;
    }

    public RawClient Query(string text) => Add('Q', Z(text));

    public RawClient Parse(string name, string text, params int[] oids) =>
        Add('P', Z(name), Z(text), I16(oids.Length), [.. oids.SelectMany(I32)]);

    /// <summary>Binds text parameters; results in one format (0 text, 1 binary).</summary>
    public RawClient Bind(string portal, string statement, int format = 0, params string?[] values) => Add(
        'B', Z(portal), Z(statement), I16(0), I16(values.Length),
        [.. values.SelectMany(v => v is null ? I32(-1) : [.. I32(Encoding.UTF8.GetByteCount(v)), .. Encoding.UTF8.GetBytes(v)])],
        I16(1), I16(format));

    public RawClient Describe(char kind, string name) => Add('D', [(byte)kind], Z(name));

    public RawClient Execute(string portal = "", int rows = 0) => Add('E', Z(portal), I32(rows));

    public RawClient Close(char kind, string name) => Add('C', [(byte)kind], Z(name));

    public RawClient Sync() => Add('S');

    public void Flush()
    {
        SendBytes(_pending.GetBuffer().AsSpan(0, (int)_pending.Length));
        _pending.SetLength(0);
    }

    /// <summary>Sends what was added and reads up to the given number of ReadyForQuery.</summary>
    public List<RawMessage> Go(int readies = 1)
    {
        Flush();
        var all = new List<RawMessage>();
        for (int i = 0; i < readies; i++)
        {
            all.AddRange(ReadUntil('Z'));
        }

        return all;
    }

    public static string Types(IEnumerable<RawMessage> messages) => string.Concat(messages.Select(m => m.Type));

    public List<RawMessage> ReadUntil(char type)
    {
        var messages = new List<RawMessage>();
        do
        {
            messages.Add(Read() ?? throw new EndOfStreamException($"closed after {Types(messages)}"));
        }
        while (messages[^1].Type != type);
        return messages;
    }

    /// <summary>The next message, or null when the server has closed.</summary>
    public RawMessage? Read()
    {
        byte[]? header = ReadExactly(5);
        if (header is null)
        {
            return null;
        }

        byte[] body = ReadExactly(BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1)) - 4)
            ?? throw new EndOfStreamException("closed within a message");
        return new RawMessage((char)header[0], body);
    }

    /// <summary>Everything up to the server's close.</summary>
    public List<RawMessage> ReadToEnd()
    {
        var messages = new List<RawMessage>();
        while (Read() is { } message)
        {
            messages.Add(message);
        }

        return messages;
    }

    public int ReadByte() => _stream.ReadByte();

    public bool HasData => _stream.DataAvailable;

    public NetworkStream Stream => _stream;

    public void CloseSending() => _tcp.Client.Shutdown(SocketShutdown.Send);

    public void Dispose() => _tcp.Dispose();

    public static byte[] Z(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    public static byte[] I16(int value) => [(byte)(value >> 8), (byte)value];

    public static byte[] I32(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private byte[]? ReadExactly(int count)
    {
        byte[] bytes = new byte[count];
        int read = 0;
        while (read < count)
        {
            int n;
            try
            {
                n = _stream.Read(bytes, read, count - read);
            }
            catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
            {
                n = 0;
            }

            if (n == 0)
            {
                return read == 0 ? null : throw new EndOfStreamException("closed within a message");
            }

            read += n;
        }

        return bytes;
    }
}
