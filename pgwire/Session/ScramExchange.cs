using System.Security.Cryptography;
using System.Text;
using Vectorized.Engine.Types;

namespace Vectorized.Pgwire.Session;

/// <summary>
/// The server's side of one SCRAM-SHA-256 conversation (RFC 5802), with channel binding by the server certificate's
/// hash (tls-server-end-point, RFC 5929) when the connection has TLS. Two steps: <see cref="Challenge"/>, then
/// <see cref="Verify"/>.
/// </summary>
internal sealed class ScramExchange(ScramVerifier verifier, byte[]? channelBinding, string nonce)
{
    public const string Mechanism = "SCRAM-SHA-256";
    public const string MechanismPlus = "SCRAM-SHA-256-PLUS";

    private const string BindingName = "p=tls-server-end-point";

    private string _bindingHeader = "";
    private string _clientFirstBare = "";
    private string _serverFirst = "";
    private string _fullNonce = "";
    private bool _bound;

    /// <summary>Takes the client's first message and gives the server's.</summary>
    public byte[] Challenge(string mechanism, ReadOnlySpan<byte> clientFirst)
    {
        string message = TextEncoding.UTF8.GetString(clientFirst);
        string[] parts = message.Split(',', 3);
        if (parts is not [var binding, var authorization, var bare])
        {
            throw Malformed("The message has no header.");
        }

        _bound = CheckBinding(mechanism, binding);
        if (authorization.Length != 0)
        {
            throw new SqlException(
                SqlState.FeatureNotSupported, "client uses authorization identity, but it is not supported");
        }

        string? clientNonce = null;
        foreach (string field in bare.Split(','))
        {
            if (field.StartsWith("m=", StringComparison.Ordinal))
            {
                throw new SqlException(SqlState.FeatureNotSupported, "client requires an unsupported SCRAM extension");
            }

            if (field.StartsWith("r=", StringComparison.Ordinal))
            {
                clientNonce ??= field[2..];
            }
        }

        if (!bare.StartsWith("n=", StringComparison.Ordinal) || string.IsNullOrEmpty(clientNonce))
        {
            throw Malformed("The user name or the nonce is missing.");
        }

        _bindingHeader = binding + ",,";
        _clientFirstBare = bare;
        _fullNonce = clientNonce + nonce;
        _serverFirst = $"r={_fullNonce},s={Convert.ToBase64String(verifier.Salt)},i={verifier.Iterations}";
        return TextEncoding.UTF8.GetBytes(_serverFirst);
    }

    /// <summary>Checks the client's proof; gives the server's own, or null when the password was wrong.</summary>
    public byte[]? Verify(ReadOnlySpan<byte> clientFinal)
    {
        string message = TextEncoding.UTF8.GetString(clientFinal);
        int proofAt = message.LastIndexOf(",p=", StringComparison.Ordinal);
        if (proofAt < 0)
        {
            throw Malformed("The proof is missing.");
        }

        string withoutProof = message[..proofAt];
        byte[]? proof = ScramVerifier.FromBase64(message[(proofAt + 3)..]);
        string[] fields = withoutProof.Split(',');
        if (fields.Length < 2 || proof is not { Length: ScramVerifier.KeyBytes })
        {
            throw Malformed("The proof or a field is malformed.");
        }

        byte[] header = TextEncoding.UTF8.GetBytes(_bindingHeader);
        byte[] expected = _bound ? [.. header, .. channelBinding!] : header;
        if (fields[0] != "c=" + Convert.ToBase64String(expected))
        {
            throw new SqlException(SqlState.InvalidAuthorization, "SCRAM channel binding check failed");
        }

        if (fields[1] != "r=" + _fullNonce)
        {
            throw new SqlException(SqlState.ProtocolViolation, "invalid SCRAM response", detail: "Nonce does not match.");
        }

        byte[] authMessage = TextEncoding.UTF8.GetBytes($"{_clientFirstBare},{_serverFirst},{withoutProof}");
        Span<byte> clientKey = stackalloc byte[ScramVerifier.KeyBytes];
        HMACSHA256.HashData(verifier.StoredKey, authMessage, clientKey);
        for (int i = 0; i < clientKey.Length; i++)
        {
            clientKey[i] ^= proof[i];
        }

        if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(clientKey), verifier.StoredKey))
        {
            return null;
        }

        byte[] signature = HMACSHA256.HashData(verifier.ServerKey, authMessage);
        return TextEncoding.UTF8.GetBytes("v=" + Convert.ToBase64String(signature));
    }

    private bool CheckBinding(string mechanism, string binding)
    {
        bool plus = mechanism == MechanismPlus;
        switch (binding)
        {
            case "n" when !plus:
                return false;
            case "y" when !plus && channelBinding is null:
                return false;
            case "y" when !plus:
                throw new SqlException(
                    SqlState.InvalidAuthorization, "SCRAM channel binding negotiation error",
                    detail: "The client supports SCRAM channel binding but thinks the server does not. "
                        + "However, this server does support channel binding.");
            case BindingName when plus && channelBinding is not null:
                return true;
            default:
                throw Malformed($"The channel binding flag does not fit the mechanism {mechanism}.");
        }
    }

    private static SqlException Malformed(string detail) =>
        new(SqlState.ProtocolViolation, "malformed SCRAM message", detail: detail);
}
