using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Pgwire.Protocol;

namespace Vectorized.Pgwire.Session;

/// <summary>
/// A connection's beginning: TLS and GSS requests, cancel requests, the startup packet, authentication, and the
/// greeting that ends with ReadyForQuery. Under the connection's startup deadline throughout.
/// </summary>
internal sealed class Handshake(PgConnection connection)
{
    private const byte TlsHandshakeRecord = 0x16;
    private const int RequestsMax = 3;

    private readonly ServerContext _server = connection.Server;

    private Transport Transport => connection.Transport;

    /// <summary>The session, or null when the connection is to be closed without a word.</summary>
    public async ValueTask<ISession?> Run()
    {
        var startup = await Negotiate();
        if (startup is null)
        {
            return null;
        }

        CheckVersion(startup);
        string user = startup["user"] is { Length: > 0 } named
            ? named
            : throw new FatalException(
                SqlState.InvalidAuthorization, "no PostgreSQL user name specified in startup packet");
        string database = startup["database"] is { Length: > 0 } given ? given : user;
        if (_server.IsStopping)
        {
            throw new FatalException(SqlState.CannotConnectNow, "the database system is shutting down");
        }

        if (_server.Registry.SessionCount >= _server.Options.ConnectionsMax)
        {
            _server.Counters.Refused();
            throw new FatalException(SqlState.TooManyConnections, "sorry, too many clients already");
        }

        await Authenticate(user);
        ISession session;
        try
        {
            session = _server.Database.Connect(user, database);
        }
        catch (SqlException e)
        {
            throw new FatalException(e);
        }

        try
        {
            StartupSettings.Apply(session.Settings, startup);
            Greet(session);
            await connection.Flush();
            return session;
        }
        catch (Exception e)
        {
            session.Dispose();
            throw e is SqlException error ? new FatalException(error) : e;
        }
    }

    /// <summary>Answers requests until a startup packet comes; null: nothing more is to be said.</summary>
    private async ValueTask<StartupMessage?> Negotiate()
    {
        for (int request = 0; request <= RequestsMax; request++)
        {
            byte[]? packet = await ReadPacket();
            if (packet is null)
            {
                return null;
            }

            StartupMessage startup;
            try
            {
                startup = StartupMessage.Read(packet);
            }
            catch (SqlException e)
            {
                throw new FatalException(e);
            }

            switch (startup.Code)
            {
                case StartupMessage.SslRequestCode:
                    if (!await AnswerSslRequest())
                    {
                        return null;
                    }

                    break;
                case StartupMessage.GssRequestCode:
                    await Answer((byte)'N');
                    break;
                case StartupMessage.CancelRequestCode:
                    if (CancelRequestMessage.TryRead(packet, out var cancel))
                    {
                        _server.Counters.CancelRequested();
                        _server.Registry.Cancel(cancel);
                    }

                    return null;
                default:
                    return startup;
            }
        }

        return null;
    }

    /// <summary>The next packet without its length; null at the end of input or when the length is absurd.</summary>
    private async ValueTask<byte[]?> ReadPacket()
    {
        while (true)
        {
            var input = Transport.Input;
            var read = await input.ReadAsync();
            if (read.IsCanceled)
            {
                input.AdvanceTo(read.Buffer.Start);
                connection.ThrowIfInterrupted();
                continue;
            }

            var buffer = read.Buffer;
            bool isDirectTls = !buffer.IsEmpty && buffer.FirstSpan[0] == TlsHandshakeRecord && !Transport.IsEncrypted;
            if (isDirectTls && _server.Options.Certificate is not null)
            {
                input.AdvanceTo(buffer.Start);
                if (!await Transport.UpgradeToTls(_server.Options.Certificate(), isDirect: true))
                {
                    return null;
                }

                continue;
            }

            if (TryTakePacket(ref buffer, out byte[]? packet))
            {
                input.AdvanceTo(buffer.Start);
                return packet;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    /// <summary>False: more bytes are needed. True with null: the length is out of bounds.</summary>
    private static bool TryTakePacket(ref ReadOnlySequence<byte> buffer, out byte[]? packet)
    {
        packet = null;
        if (buffer.Length < 4)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[4];
        buffer.Slice(0, 4).CopyTo(prefix);
        int length = BinaryPrimitives.ReadInt32BigEndian(prefix);
        if (length is < StartupMessage.LengthMin or > StartupMessage.LengthMax)
        {
            return true;
        }

        if (buffer.Length < length)
        {
            return false;
        }

        packet = buffer.Slice(4, length - 4).ToArray();
        buffer = buffer.Slice(length);
        return true;
    }

    private async ValueTask<bool> AnswerSslRequest()
    {
        if (_server.Options.Certificate is null || Transport.IsEncrypted)
        {
            await Answer((byte)'N');
            return true;
        }

        // Bytes sent before the handshake would be taken for encrypted ones (CVE-2021-23214).
        if (Transport.Input.TryRead(out var early))
        {
            bool isEmpty = early.Buffer.IsEmpty;
            Transport.Input.AdvanceTo(early.Buffer.Start);
            if (!isEmpty)
            {
                return false;
            }
        }

        await Answer((byte)'S');
        return await Transport.UpgradeToTls(_server.Options.Certificate(), isDirect: false);
    }

    private async ValueTask Answer(byte letter)
    {
        connection.Output.GetSpan(1)[0] = letter;
        connection.Output.Advance(1);
        await connection.Flush();
    }

    private void CheckVersion(StartupMessage startup)
    {
        if (startup.Major != 3)
        {
            throw new FatalException(
                SqlState.FeatureNotSupported,
                $"unsupported frontend protocol {startup.Major}.{startup.Minor}: server supports 3.0 to 3.0");
        }

        if (startup["replication"] is { } replication && replication is not ("false" or "off" or "no" or "0"))
        {
            throw new FatalException(
                SqlState.FeatureNotSupported, "replication connections are not supported",
                hint: "SUBSCRIBE TO (query) delivers changes on an ordinary connection.");
        }

        if (startup.Minor > 0 || startup.ProtocolOptions.Count > 0)
        {
            NegotiateProtocolVersionMessage.Write(connection.Output, startup.ProtocolOptions);
        }
    }

    private async ValueTask Authenticate(string user)
    {
        if (_server.Options.Credentials is { } credentials)
        {
            var verifier = credentials.Find(user);
            byte[] nonce = new byte[18];
            _server.Host.Random.Fill(nonce);
            var exchange = new ScramExchange(
                verifier ?? ScramVerifier.Mock(user, _server.Secret), Transport.ChannelBinding, Convert.ToBase64String(nonce));
            try
            {
                await Converse(exchange, user);
            }
            catch (SqlException e)
            {
                throw new FatalException(e);
            }
        }

        AuthenticationMessage.WriteOk(connection.Output);
    }

    private async ValueTask Converse(ScramExchange exchange, string user)
    {
        AuthenticationMessage.WriteSasl(connection.Output, Transport.ChannelBinding is null
            ? [ScramExchange.Mechanism]
            : [ScramExchange.MechanismPlus, ScramExchange.Mechanism]);
        await connection.Flush();
        byte[] first = await ReadPassword();
        AuthenticationMessage.WriteSaslContinue(connection.Output, Challenge(exchange, first));
        await connection.Flush();
        byte[] final = await ReadPassword();
        byte[] signature = exchange.Verify(final) ?? throw new FatalException(
            SqlState.InvalidPassword, $"password authentication failed for user \"{user}\"");
        AuthenticationMessage.WriteSaslFinal(connection.Output, signature);
    }

    private byte[] Challenge(ScramExchange exchange, byte[] body)
    {
        var message = SaslInitialResponseMessage.Read(body);
        string mechanism = TextEncoding.UTF8.GetString(message.Mechanism);
        bool isOffered = mechanism == ScramExchange.Mechanism
            || (mechanism == ScramExchange.MechanismPlus && Transport.ChannelBinding is not null);
        if (!isOffered)
        {
            throw new FatalException(SqlState.ProtocolViolation, "client selected an invalid SASL authentication mechanism");
        }

        return exchange.Challenge(mechanism, message.Data);
    }

    private async ValueTask<byte[]> ReadPassword()
    {
        using var frames = new FrameReader(FrontendMessage.PasswordBytesMax);
        while (true)
        {
            var input = Transport.Input;
            var read = await input.ReadAsync();
            frames.Accept(read.Buffer);
            if (read.IsCanceled)
            {
                input.AdvanceTo(read.Buffer.Start);
                connection.ThrowIfInterrupted();
                continue;
            }

            var frame = frames.TryRead(out byte type, out var body);
            if (frame != Frame.Incomplete && type != FrontendMessage.Password)
            {
                throw new FatalException(
                    SqlState.ProtocolViolation, $"expected SASL response, got message type {type}");
            }

            if (frame == Frame.Message)
            {
                byte[] copied = body.ToArray();
                input.AdvanceTo(frames.Rest.Start);
                return copied;
            }

            input.AdvanceTo(frames.Rest.Start, frames.Rest.End);
            if (read.IsCompleted)
            {
                throw new ConnectionLostException();
            }
        }
    }

    /// <summary>One write: settings the client follows, the cancel key, ready.</summary>
    private void Greet(ISession session)
    {
        foreach (var setting in SettingTable.All)
        {
            if (setting.Reported is { } name)
            {
                ParameterStatusMessage.Write(connection.Output, name, session.Settings.Get(setting.Name));
            }
        }

        BackendKeyDataMessage.Write(connection.Output, session.Id, connection.CancelKey);
        ReadyForQueryMessage.Write(connection.Output, session.TransactionStatus);
    }
}
