using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vectorized.Pgwire.Session;

namespace Vectorized.Pgwire;

/// <summary>
/// What a server keeps of a password for SCRAM-SHA-256 (RFC 5802, RFC 7677): enough to check a proof, not enough to
/// make one. Text form as in PostgreSQL's pg_authid: <c>SCRAM-SHA-256$4096:salt$StoredKey:ServerKey</c>.
/// </summary>
public sealed class ScramVerifier
{
    public const int DefaultIterations = 4096;
    public const int SaltBytes = 16;
    internal const int KeyBytes = 32;

    private const string Scheme = "SCRAM-SHA-256";

    private readonly byte[] _salt;
    private readonly byte[] _storedKey;
    private readonly byte[] _serverKey;

    private ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey)
    {
        Iterations = iterations;
        _salt = salt;
        _storedKey = storedKey;
        _serverKey = serverKey;
    }

    public int Iterations { get; }

    internal ReadOnlySpan<byte> Salt => _salt;

    internal ReadOnlySpan<byte> StoredKey => _storedKey;

    internal ReadOnlySpan<byte> ServerKey => _serverKey;

    /// <summary>Derives a verifier; the salt should be <see cref="SaltBytes"/> random bytes.</summary>
    public static ScramVerifier FromPassword(
        string password, ReadOnlySpan<byte> salt, int iterations = DefaultIterations)
    {
        byte[] prepared = TextEncoding.UTF8.GetBytes(SaslPrep.Prepare(password));
        Span<byte> salted = stackalloc byte[KeyBytes];
        Rfc2898DeriveBytes.Pbkdf2(prepared, salt, salted, iterations, HashAlgorithmName.SHA256);
        Span<byte> clientKey = stackalloc byte[KeyBytes];
        HMACSHA256.HashData(salted, "Client Key"u8, clientKey);
        return new ScramVerifier(
            iterations, salt.ToArray(), SHA256.HashData(clientKey), HMACSHA256.HashData(salted, "Server Key"u8));
    }

    /// <summary>
    /// A verifier nothing matches, the same for the same user each time: an unknown user sees the same conversation
    /// as a known one.
    /// </summary>
    internal static ScramVerifier Mock(string user, ReadOnlySpan<byte> serverSecret)
    {
        byte[] seed = HMACSHA256.HashData(serverSecret, TextEncoding.UTF8.GetBytes(user));
        return new ScramVerifier(
            DefaultIterations, seed[..SaltBytes], SHA256.HashData(seed), HMACSHA256.HashData(seed, serverSecret));
    }

    /// <summary>Reads the text form; null when it is not one.</summary>
    public static ScramVerifier? TryParse(string text)
    {
        string[] parts = text.Split('$');
        if (parts is not [Scheme, var counted, var keys]
            || counted.Split(':') is not [var iterations, var salt]
            || keys.Split(':') is not [var stored, var server]
            || !int.TryParse(iterations, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            || count < 1)
        {
            return null;
        }

        byte[]? saltBytes = FromBase64(salt);
        byte[]? storedKey = FromBase64(stored);
        byte[]? serverKey = FromBase64(server);
        return saltBytes is null || storedKey is not { Length: KeyBytes } || serverKey is not { Length: KeyBytes }
            ? null
            : new ScramVerifier(count, saltBytes, storedKey, serverKey);
    }

    public override string ToString() => $"{Scheme}${Iterations}:{Convert.ToBase64String(_salt)}"
        + $"${Convert.ToBase64String(_storedKey)}:{Convert.ToBase64String(_serverKey)}";

    internal static byte[]? FromBase64(string text)
    {
        byte[] bytes = new byte[(text.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(text, bytes, out int length) ? bytes[..length] : null;
    }
}
