using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vectorized.Pgwire.Session;

/// <summary>The bytes of one connection, plain or under TLS. One thread at a time; not owner of the socket.</summary>
internal sealed class Transport(IDuplexPipe plain) : IAsyncDisposable
{
    private static readonly SslApplicationProtocol _protocol = new("postgresql");

    private SslStream? _tls;

    public PipeReader Input { get; private set; } = plain.Input;

    public PipeWriter Output { get; private set; } = plain.Output;

    public bool IsEncrypted => _tls is not null;

    /// <summary>Hash of the served certificate for tls-server-end-point (RFC 5929); null without TLS.</summary>
    public byte[]? ChannelBinding { get; private set; }

    /// <summary>Takes the server's side of a TLS handshake; direct TLS must have agreed on `postgresql` by ALPN.</summary>
    public async ValueTask<bool> UpgradeToTls(X509Certificate2 certificate, bool isDirect)
    {
        var stream = new SslStream(new DuplexPipeStream(plain), leaveInnerStreamOpen: true);
        _tls = stream;
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [_protocol],
        };
        try
        {
            await stream.AuthenticateAsServerAsync(options);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return false;
        }

        if (isDirect && stream.NegotiatedApplicationProtocol != _protocol)
        {
            return false;
        }

        ChannelBinding = HashForBinding(certificate);
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(MemoryPool<byte>.Shared, leaveOpen: true));
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_tls is not null)
        {
            await _tls.DisposeAsync();
        }
    }

    /// <summary>The certificate's own signature hash, SHA-256 in place of MD5 and SHA-1.</summary>
    private static byte[] HashForBinding(X509Certificate2 certificate) => certificate.SignatureAlgorithm.Value switch
    {
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => SHA384.HashData(certificate.RawData),
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => SHA512.HashData(certificate.RawData),
        _ => SHA256.HashData(certificate.RawData),
    };
}
