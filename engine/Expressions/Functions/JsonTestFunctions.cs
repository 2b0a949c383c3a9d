using System.Text.Json;
using Vectorized.Engine.Binding;
using Vectorized.Engine.Columns;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions.Functions;

/// <summary>Questions about jsonb and JSON text: @> and &lt;@ (containment), ?| and ?&amp; (keys), IS JSON, jsonb_extract_path.</summary>
internal static class JsonTestFunctions
{
    private static readonly SqlType _texts = SqlType.ListOf(SqlType.Varchar);

    internal static void Register(FunctionFamily family)
    {
        family.Add(
            "@>", [SqlType.Jsonb, SqlType.Jsonb], SqlType.Boolean, (c, a, n, ref r) => Contains(c, a[0], a[1], n, ref r),
            canFail: false);
        family.Add(
            "<@", [SqlType.Jsonb, SqlType.Jsonb], SqlType.Boolean, (c, a, n, ref r) => Contains(c, a[1], a[0], n, ref r),
            canFail: false);
        family.Add("?|", [SqlType.Jsonb, _texts], SqlType.Boolean, (c, a, n, ref r) => HasKeys(c, a, n, all: false, ref r), canFail: false);
        family.Add("?&", [SqlType.Jsonb, _texts], SqlType.Boolean, (c, a, n, ref r) => HasKeys(c, a, n, all: true, ref r), canFail: false);
        family.Add(BuiltinNames.IsJson, [SqlType.Varchar, SqlType.Varchar], SqlType.Boolean, IsJson, canFail: false);
        family.Add(BuiltinNames.IsJson, [SqlType.Jsonb, SqlType.Varchar], SqlType.Boolean, IsJson, canFail: false);
        family.Add(BuiltinNames.IsJson, [SqlType.Bytea, SqlType.Varchar], SqlType.Boolean, IsJson, canFail: false);
        ExtractPath(family, "jsonb_extract_path", "#>", SqlType.Jsonb);
        ExtractPath(family, "jsonb_extract_path_text", "#>>", SqlType.Varchar);
    }

    /// <summary>f(json, step, step, ...) is json #> ARRAY[step, step, ...].</summary>
    private static void ExtractPath(FunctionFamily family, string name, string symbol, SqlType result)
    {
        var access = family.KernelOf(symbol, SqlType.Jsonb, _texts);
        family.Add(
            name, [SqlType.Jsonb, SqlType.Varchar], result,
            (EvaluationContext c, ReadOnlySpan<Vector> a, int n, ref Vector r) =>
            {
                var paths = Vector.Allocate(c.Arena, _texts, n);
                using (var writer = new ArrayWriter(c))
                {
                    foreach (int row in c.Active.Rows(n))
                    {
                        foreach (ref readonly var step in a[1..])
                        {
                            writer.Builder.AppendFrom(step, row);
                        }

                        writer.Put(ref paths, row);
                    }
                }

                access(c, [a[0], paths], n, ref r);
            },
            nullFree: false, variadic: true);
    }

    private static void Contains(EvaluationContext context, in Vector wholes, in Vector parts, int rowCount, ref Vector result)
    {
        var whole = new TextColumn(wholes);
        var part = new TextColumn(parts);
        foreach (int row in context.Active.Rows(rowCount))
        {
            Bitmap.Put(result.Bits, row, Contains(whole[row], part[row], isTop: true));
        }
    }

    /// <summary>PostgreSQL's containment: members and elements somewhere in the other; at the top an array contains a scalar.</summary>
    private static bool Contains(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> part, bool isTop)
    {
        if (part[0] is not ((byte)'{' or (byte)'['))
        {
            return whole[0] == (byte)'[' ? isTop && HasElement(whole, part) : Same(whole, part);
        }

        if (whole[0] != part[0])
        {
            return false;
        }

        var wanted = new JsonbParts().Read(part);
        var given = new JsonbParts().Read(whole);
        for (int i = 0; i < wanted.Count; i++)
        {
            var value = part.Slice(wanted[i].Start, wanted[i].Length);
            bool isFound = false;
            for (int k = 0; k < given.Count && !isFound; k++)
            {
                bool sameKey = wanted[i].KeyLength == 0 || whole.Slice(given[k].KeyStart, given[k].KeyLength)
                    .SequenceEqual(part.Slice(wanted[i].KeyStart, wanted[i].KeyLength));
                isFound = sameKey && Contains(whole.Slice(given[k].Start, given[k].Length), value, isTop: false);
            }

            if (!isFound)
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasElement(ReadOnlySpan<byte> array, ReadOnlySpan<byte> scalar)
    {
        var parts = new JsonbParts().Read(array);
        for (int i = 0; i < parts.Count; i++)
        {
            if (Same(array.Slice(parts[i].Start, parts[i].Length), scalar))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Equal scalars; 1 and 1.0 are.</summary>
    private static bool Same(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.SequenceEqual(b))
        {
            return true;
        }

        return IsNumber(a) && IsNumber(b) && FloatParser.TryParse(a, out double left) == ValueStatus.Ok
            && FloatParser.TryParse(b, out double right) == ValueStatus.Ok && left == right
            && (a.IndexOfAny((byte)'.', (byte)'e') >= 0 || b.IndexOfAny((byte)'.', (byte)'e') >= 0);
    }

    private static bool IsNumber(ReadOnlySpan<byte> json) => json[0] is (byte)'-' or (>= (byte)'0' and <= (byte)'9');

    private static void HasKeys(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, bool all, ref Vector result)
    {
        var texts = new TextColumn(arguments[0]);
        var keys = new ArrayColumn(arguments[1]);
        var parts = new JsonbParts();
        foreach (int row in context.Active.Rows(rowCount))
        {
            var json = texts[row];
            var list = keys[row];
            parts.Read(json);
            bool answer = all;
            for (int i = 0; i < list.Count; i++)
            {
                if (!list.IsNull(i) && HasKey(json, parts, list.Bytes(i)) != all)
                {
                    answer = !all;
                    break;
                }
            }

            Bitmap.Put(result.Bits, row, answer);
        }
    }

    private static bool HasKey(ReadOnlySpan<byte> json, JsonbParts parts, ReadOnlySpan<byte> key)
    {
        if (json[0] == (byte)'{')
        {
            return parts.Find(json, key) >= 0;
        }

        for (int i = 0; i < parts.Count; i++)
        {
            var value = json.Slice(parts[i].Start, parts[i].Length);
            if (value[0] == (byte)'"' && JsonbParts.Text(value, key))
            {
                return true;
            }
        }

        return json[0] == (byte)'"' && JsonbParts.Text(json, key);
    }

    /// <summary>The second argument names the kind: value, scalar, object, array.</summary>
    private static void IsJson(EvaluationContext context, ReadOnlySpan<Vector> arguments, int rowCount, ref Vector result)
    {
        var texts = new TextColumn(arguments[0]);
        var kinds = new TextColumn(arguments[1]);
        foreach (int row in context.Active.Rows(rowCount))
        {
            var first = Validate(texts[row]);
            bool fits = first != JsonTokenType.None && kinds[row][0] switch
            {
                (byte)'s' => first is not (JsonTokenType.StartObject or JsonTokenType.StartArray),
                (byte)'o' => first == JsonTokenType.StartObject,
                (byte)'a' => first == JsonTokenType.StartArray,
                _ => true,
            };
            Bitmap.Put(result.Bits, row, fits);
        }
    }

    /// <summary>The first token of valid JSON, else None.</summary>
    private static JsonTokenType Validate(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 256 });
            if (!reader.Read())
            {
                return JsonTokenType.None;
            }

            var first = reader.TokenType;
            while (reader.Read())
            {
            }

            return first;
        }
        catch (JsonException)
        {
            // The only way the reader has to say that a text is no JSON.
            return JsonTokenType.None;
        }
    }
}
