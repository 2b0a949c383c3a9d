using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>
/// hmac, secure_compare, encrypt and decrypt (pgcrypto's raw AES, a zero vector in front in CBC mode), inet_aton and
/// inet_ntoa: as RisingWave has them.
/// </summary>
internal static class CipherFunctions
{
    private const int BlockBytes = 16;

    private delegate void RowWriter(ReadOnlySpan<Vector> arguments, int row, ref TextSink sink);

    internal static void Register(FunctionFamily family)
    {
        SqlType[] secrets = [SqlType.Varchar, SqlType.Bytea, SqlType.Varchar];
        Add(family, "hmac", secrets, SqlType.Bytea, Hmac);
        SqlType[] ciphered = [SqlType.Bytea, SqlType.Bytea, SqlType.Varchar];
        Add(family, "encrypt", ciphered, SqlType.Bytea, (a, row, ref s) => Cipher(a, row, true, ref s));
        Add(family, "decrypt", ciphered, SqlType.Bytea, (a, row, ref s) => Cipher(a, row, false, ref s));
        Add(family, "inet_ntoa", [SqlType.Int64], SqlType.Varchar, InetText);
        family.Add(
            "secure_compare", [SqlType.Varchar, SqlType.Varchar], SqlType.Boolean,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
            {
                var left = new TextColumn(a[0]);
                var right = new TextColumn(a[1]);
                foreach (int row in c.Active.Rows(n))
                {
                    Bitmap.Put(r.Bits, row, CryptographicOperations.FixedTimeEquals(left[row], right[row]));
                }
            },
            canFail: false);
        family.Add(
            "inet_aton", [SqlType.Varchar], SqlType.Int64,
            static (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
            {
                var texts = new TextColumn(a[0]);
                foreach (int row in c.Active.Rows(n))
                {
                    r.Values<long>()[row] = InetNumber(texts[row]);
                }
            });
    }

    private static void Add(FunctionFamily family, string name, SqlType[] parameters, SqlType result, RowWriter write) => family.Add(
        name, parameters, result,
        (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
        {
            var sink = new TextSink(128);
            foreach (int row in c.Active.Rows(n))
            {
                sink.Clear();
                write(a, row, ref sink);
                r.Views[row] = c.Arena.AddString(sink.Written);
            }

            sink.Dispose();
        });

    /// <summary>hmac(secret, payload, algorithm).</summary>
    private static void Hmac(ReadOnlySpan<Vector> arguments, int row, ref TextSink sink)
    {
        var secret = arguments[0].Bytes(row);
        var payload = arguments[1].Bytes(row);
        string algorithm = Encoding.UTF8.GetString(arguments[2].Bytes(row)).ToLowerInvariant();
#pragma warning disable CA5350 // The user names the algorithm; sha1 is what some webhooks sign with.
        sink.Write(algorithm switch
        {
            "sha1" => HMACSHA1.HashData(secret, payload),
            "sha256" => HMACSHA256.HashData(secret, payload),
            _ => throw new SqlException(SqlState.InvalidParameterValue, $"hmac knows sha1 and sha256, not \"{algorithm}\""),
        });
#pragma warning restore CA5350
    }

    /// <summary>Modes: aes[-cbc|-ecb][/pad:pkcs|none].</summary>
    private static void Cipher(ReadOnlySpan<Vector> arguments, int row, bool encrypts, ref TextSink sink)
    {
        var data = arguments[0].Bytes(row);
        string mode = Encoding.UTF8.GetString(arguments[2].Bytes(row)).ToLowerInvariant();
        int slash = mode.IndexOf('/', StringComparison.Ordinal);
        string name = slash < 0 ? mode : mode[..slash];
        var padding = (slash < 0 ? "/pad:pkcs" : mode[slash..]) switch
        {
            "/pad:pkcs" => PaddingMode.PKCS7,
            "/pad:none" => PaddingMode.None,
            _ => throw Unknown(mode),
        };
        if (name is not ("aes" or "aes-cbc" or "aes-ecb"))
        {
            throw Unknown(mode);
        }

        try
        {
            using var aes = Aes.Create();
            aes.Key = arguments[1].Bytes(row).ToArray();
            Span<byte> vector = stackalloc byte[BlockBytes];
            vector.Clear();
#pragma warning disable CA5358 // The user names the mode.
            sink.Write((name == "aes-ecb", encrypts) switch
            {
                (true, true) => aes.EncryptEcb(data, padding),
                (true, false) => aes.DecryptEcb(data, padding),
                (false, true) => aes.EncryptCbc(data, vector, padding),
                (false, false) => aes.DecryptCbc(data, vector, padding),
            });
#pragma warning restore CA5358
        }
        catch (CryptographicException e)
        {
            throw new SqlException(SqlState.InvalidParameterValue, $"{(encrypts ? "encrypt" : "decrypt")} failed: {e.Message}");
        }
    }

    private static SqlException Unknown(string mode) => new(SqlState.InvalidParameterValue, $"unknown cipher \"{mode}\"");

    private static void InetText(ReadOnlySpan<Vector> arguments, int row, ref TextSink sink)
    {
        long number = arguments[0].Value<long>(row);
        if (number is < 0 or > uint.MaxValue)
        {
            throw new SqlException(SqlState.NumericValueOutOfRange, "the address is out of range");
        }

        Span<byte> parts = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(parts, (uint)number);
        for (int i = 0; i < 4; i++)
        {
            sink.Write(i > 0 ? "."u8 : default);
            IntegerText.Append(parts[i], ref sink);
        }
    }

    private static long InetNumber(ReadOnlySpan<byte> text)
    {
        long number = 0;
        int parts = 0;
        foreach (var range in text.Split((byte)'.'))
        {
            if (IntegerText.TryParseInt32(text[range], out int part) != ValueStatus.Ok || part is < 0 or > 255 || ++parts > 4)
            {
                parts = -1;
                break;
            }

            number = (number << 8) | (uint)part;
        }

        return parts == 4 ? number : throw new SqlException(
            SqlState.InvalidParameterValue, $"\"{Encoding.UTF8.GetString(text)}\" is no IPv4 address");
    }
}
