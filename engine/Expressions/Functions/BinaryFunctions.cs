using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;
using Vector = Vectorized.Engine.Columns.Vector;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>Digests, encodings and conversions between text and bytea; bits and bytes of a bytea.</summary>
internal static class BinaryFunctions
{
    private const int Base64LineBytes = 76;

    internal static void Register(FunctionFamily family)
    {
        family.Add("md5", [SqlType.Varchar], SqlType.Varchar, TextKernels.Map<Md5Hex>(), canFail: false);
        family.Add("md5", [SqlType.Bytea], SqlType.Varchar, TextKernels.Map<Md5Hex>(), canFail: false);
        Digest<Sha1Bytes>(family, "sha1");
        Digest<Sha256Bytes>(family, "sha256");
        Digest<Sha384Bytes>(family, "sha384");
        Digest<Sha512Bytes>(family, "sha512");
        family.Add("encode", [SqlType.Bytea, SqlType.Varchar], SqlType.Varchar, Encode);
        family.Add("decode", [SqlType.Varchar, SqlType.Varchar], SqlType.Bytea, Decode);
        family.Add("convert_from", [SqlType.Bytea, SqlType.Varchar], SqlType.Varchar, ConvertFrom);
        family.Add("convert_to", [SqlType.Varchar, SqlType.Varchar], SqlType.Bytea, ConvertTo);
        family.Add("to_hex", [SqlType.Int32], SqlType.Varchar, ToHex, canFail: false);
        family.Add("to_hex", [SqlType.Int64], SqlType.Varchar, ToHex, canFail: false);
        family.Add("get_byte", [SqlType.Bytea, SqlType.Int32], SqlType.Int32, GetByte);
        family.Add("get_bit", [SqlType.Bytea, SqlType.Int64], SqlType.Int32, GetBit);
        family.Add("set_byte", [SqlType.Bytea, SqlType.Int32, SqlType.Int32], SqlType.Bytea, SetByte);
        family.Add("set_bit", [SqlType.Bytea, SqlType.Int64, SqlType.Int32], SqlType.Bytea, SetBit);
        family.Add("bit_count", [SqlType.Bytea], SqlType.Int64, TextKernels.Measure<long, BitCount>(), canFail: false);
        family.Add("crc32", [SqlType.Bytea], SqlType.Int64, TextKernels.Measure<long, Crc32>(), canFail: false);
        family.Add("crc32c", [SqlType.Bytea], SqlType.Int64, TextKernels.Measure<long, Crc32C>(), canFail: false);
    }

    private static void Digest<TOp>(FunctionFamily family, string name) where TOp : struct, ITextMap
    {
        family.Add(name, [SqlType.Bytea], SqlType.Bytea, TextKernels.Map<TOp>(), canFail: false);
    }

    private static void Encode(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var bytes = new TextColumn(arguments[0]);
        var formats = new TextColumn(arguments[1]);
        var sink = new TextSink(256);
        try
        {
            foreach (int row in context.Active.Rows(rowCount))
            {
                sink.Clear();
                switch (FormatOf(formats[row]))
                {
                    case "hex": HexText.AppendHex(bytes[row], ref sink); break;
                    case "base64": AppendBase64(bytes[row], ref sink); break;
                    default: AppendEscaped(bytes[row], ref sink); break;
                }

                result.Views[row] = context.Arena.AddString(sink.Written);
            }
        }
        finally
        {
            sink.Dispose();
        }
    }

    private static void Decode(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var texts = new TextColumn(arguments[0]);
        var formats = new TextColumn(arguments[1]);
        var sink = new TextSink(256);
        try
        {
            foreach (int row in context.Active.Rows(rowCount))
            {
                sink.Clear();
                var status = FormatOf(formats[row]) switch
                {
                    "hex" => HexText.TryParseHex(texts[row], ref sink),
                    "base64" => ReadBase64(texts[row], ref sink),
                    _ => texts[row].StartsWith("\\x"u8) ? ValueStatus.InvalidText : HexText.TryParseBytea(texts[row], ref sink),
                };
                if (status != ValueStatus.Ok)
                {
                    throw new SqlException(
                        SqlState.InvalidParameterValue,
                        $"invalid {FormatOf(formats[row])} data \"{Encoding.UTF8.GetString(texts[row])}\"");
                }

                result.Views[row] = context.Arena.AddString(sink.Written);
            }
        }
        finally
        {
            sink.Dispose();
        }
    }

    private static string FormatOf(ReadOnlySpan<byte> name) =>
        Ascii.EqualsIgnoreCase(name, "hex"u8) ? "hex" : Ascii.EqualsIgnoreCase(name, "base64"u8) ? "base64"
        : Ascii.EqualsIgnoreCase(name, "escape"u8) ? "escape"
        : throw new SqlException(SqlState.InvalidParameterValue, $"unrecognized encoding: \"{Encoding.UTF8.GetString(name)}\"");

    /// <summary>Lines of 76 characters, as PostgreSQL (and MIME) breaks them.</summary>
    private static void AppendBase64(ReadOnlySpan<byte> bytes, ref TextSink sink)
    {
        const int lineInput = Base64LineBytes / 4 * 3;
        while (true)
        {
            var line = bytes[..Math.Min(lineInput, bytes.Length)];
            Base64.EncodeToUtf8(line, sink.GetSpan(Base64.GetMaxEncodedToUtf8Length(line.Length)), out _, out int written);
            sink.Advance(written);
            bytes = bytes[line.Length..];
            if (bytes.IsEmpty)
            {
                return;
            }

            sink.WriteByte((byte)'\n');
        }
    }

    private static ValueStatus ReadBase64(ReadOnlySpan<byte> text, ref TextSink sink)
    {
        var target = sink.GetSpan(Base64.GetMaxDecodedFromUtf8Length(text.Length) + 3);
        bool ok = Base64.DecodeFromUtf8(text, target, out _, out int written) == OperationStatus.Done;
        sink.Advance(ok ? written : 0);
        return ok ? ValueStatus.Ok : ValueStatus.InvalidText;
    }

    private static void AppendEscaped(ReadOnlySpan<byte> bytes, ref TextSink sink)
    {
        foreach (byte b in bytes)
        {
            if (b == (byte)'\\')
            {
                sink.Write("\\\\"u8);
            }
            else if (b is 0 or >= 0x80)
            {
                sink.WriteByte((byte)'\\');
                sink.WriteByte((byte)('0' + (b >> 6)));
                sink.WriteByte((byte)('0' + (b >> 3 & 7)));
                sink.WriteByte((byte)('0' + (b & 7)));
            }
            else
            {
                sink.WriteByte(b);
            }
        }
    }

    private static void ConvertFrom(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            CheckUtf8(arguments[1].Bytes(row));
            var bytes = arguments[0].Bytes(row);
            if (!Utf8.IsValid(bytes) || bytes.Contains((byte)0))
            {
                throw ValueErrors.Operation(ValueStatus.InvalidEncoding, SqlType.Varchar);
            }

            result.Views[row] = new TextColumn(arguments[0]).View(row);
        }
    }

    private static void ConvertTo(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            CheckUtf8(arguments[1].Bytes(row));
            result.Views[row] = new TextColumn(arguments[0]).View(row);
        }
    }

    private static void CheckUtf8(ReadOnlySpan<byte> encoding)
    {
        if (!Ascii.EqualsIgnoreCase(encoding, "utf8"u8) && !Ascii.EqualsIgnoreCase(encoding, "utf-8"u8))
        {
            throw new SqlException(
                SqlState.InvalidParameterValue, $"encoding \"{Encoding.UTF8.GetString(encoding)}\" is not supported",
                hint: "Only UTF8 is.");
        }
    }

    private static void GetByte(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            var bytes = arguments[0].Bytes(row);
            int index = arguments[1].Value<int>(row);
            CheckIndex(index, bytes.Length);
            result.Values<int>()[row] = bytes[index];
        }
    }

    private static void GetBit(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            var bytes = arguments[0].Bytes(row);
            long index = arguments[1].Value<long>(row);
            CheckIndex(index, bytes.Length * 8L);
            result.Values<int>()[row] = bytes[(int)(index >> 3)] >> (int)(index & 7) & 1;
        }
    }

    private static void SetByte(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            int index = arguments[1].Value<int>(row);
            CheckIndex(index, arguments[0].Bytes(row).Length);
            byte[] bytes = arguments[0].Bytes(row).ToArray();
            bytes[index] = (byte)arguments[2].Value<int>(row);
            result.Views[row] = context.Arena.AddString(bytes);
        }
    }

    private static void SetBit(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        foreach (int row in context.Active.Rows(rowCount))
        {
            long index = arguments[1].Value<long>(row);
            int value = arguments[2].Value<int>(row);
            CheckIndex(index, arguments[0].Bytes(row).Length * 8L);
            if (value is not (0 or 1))
            {
                throw new SqlException(SqlState.InvalidParameterValue, "new bit must be 0 or 1");
            }

            byte[] bytes = arguments[0].Bytes(row).ToArray();
            ref byte target = ref bytes[index >> 3];
            int mask = 1 << (int)(index & 7);
            target = (byte)(value == 1 ? target | mask : target & ~mask);
            result.Views[row] = context.Arena.AddString(bytes);
        }
    }

    private static void CheckIndex(long index, long length)
    {
        if (index < 0 || index >= length)
        {
            throw new SqlException("2202E", $"index {index} out of valid range, 0..{length - 1}");
        }
    }

    private readonly struct Md5Hex : ITextMap
    {
        public static void Apply(ReadOnlySpan<byte> text, ref TextSink result)
        {
            Span<byte> hash = stackalloc byte[16];
#pragma warning disable CA5351 // md5() is a SQL function, not a protection.
            MD5.HashData(text, hash);
#pragma warning restore CA5351
            HexText.AppendHex(hash, ref result);
        }
    }

    private readonly struct Sha1Bytes : ITextMap
    {
        public static void Apply(ReadOnlySpan<byte> text, ref TextSink result)
        {
            Span<byte> hash = stackalloc byte[20];
#pragma warning disable CA5350 // sha1() is a SQL function, not a protection.
            SHA1.HashData(text, hash);
#pragma warning restore CA5350
            result.Write(hash);
        }
    }

    private readonly struct Sha256Bytes : ITextMap
    {
        public static void Apply(ReadOnlySpan<byte> text, ref TextSink result)
        {
            Span<byte> hash = stackalloc byte[32];
            SHA256.HashData(text, hash);
            result.Write(hash);
        }
    }

    private readonly struct Sha384Bytes : ITextMap
    {
        public static void Apply(ReadOnlySpan<byte> text, ref TextSink result)
        {
            Span<byte> hash = stackalloc byte[48];
            SHA384.HashData(text, hash);
            result.Write(hash);
        }
    }

    private readonly struct Sha512Bytes : ITextMap
    {
        public static void Apply(ReadOnlySpan<byte> text, ref TextSink result)
        {
            Span<byte> hash = stackalloc byte[64];
            SHA512.HashData(text, hash);
            result.Write(hash);
        }
    }

    private static void ToHex(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        Span<byte> digits = stackalloc byte[16];
        bool wide = arguments[0].Type.Id == TypeId.Int64;
        foreach (int row in context.Active.Rows(rowCount))
        {
            ulong value = wide ? (ulong)arguments[0].Value<long>(row) : (uint)arguments[0].Value<int>(row);
            value.TryFormat(digits, out int written, "x", System.Globalization.CultureInfo.InvariantCulture);
            result.Views[row] = context.Arena.AddString(digits[..written]);
        }
    }

    private readonly struct BitCount : ITextMeasure<long>
    {
        public static long Apply(ReadOnlySpan<byte> text)
        {
            long count = 0;
            foreach (byte b in text)
            {
                count += BitOperations.PopCount(b);
            }

            return count;
        }
    }

    private readonly struct Crc32 : ITextMeasure<long>
    {
        private static readonly uint[] _table = Enumerable.Range(0, 256).Select(i =>
        {
            uint entry = (uint)i;
            for (int bit = 0; bit < 8; bit++)
            {
                entry = (entry & 1) != 0 ? (entry >> 1) ^ 0xEDB8_8320 : entry >> 1;
            }

            return entry;
        }).ToArray();

        public static long Apply(ReadOnlySpan<byte> text)
        {
            uint crc = uint.MaxValue;
            foreach (byte b in text)
            {
                crc = _table[(crc ^ b) & 0xFF] ^ crc >> 8;
            }

            return ~crc;
        }
    }

    private readonly struct Crc32C : ITextMeasure<long>
    {
        public static long Apply(ReadOnlySpan<byte> text)
        {
            uint crc = uint.MaxValue;
            foreach (byte b in text)
            {
                crc = BitOperations.Crc32C(crc, b);
            }

            return ~crc;
        }
    }
}
