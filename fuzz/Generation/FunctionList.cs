using static Vectorized.Fuzz.Generation.Kind;

namespace Vectorized.Fuzz.Generation;

/// <summary>All functions and operators of the generator, by result.</summary>
internal static class FunctionList
{
    internal static readonly IReadOnlyList<Function> All = [.. Arithmetic(), .. Numbers(), .. Texts(), .. Times(), .. Arrays(),
        .. Booleans(), .. Others(), .. Documents()];

    private static readonly ILookup<Kind, Function> _byResult = All.ToLookup(f => f.Result);

    internal static IReadOnlyList<Function> Returning(Kind kind) => [.. _byResult[kind]];

    private static Term? Bounded(Term made, double bound, int scale = 0) =>
        bound > made.Kind.Limit() || (made.Kind == Numeric && Math.Log10(Math.Max(bound, 1)) + scale > 25)
            ? null
            : made with { Bound = bound, Scale = scale };

    private static Term? Sum(Term[] a, Term made) => Bounded(made, a[0].Bound + a[1].Bound, Math.Max(a[0].Scale, a[1].Scale));

    private static Term? Product(Term[] a, Term made) => Bounded(made, a[0].Bound * Math.Max(a[1].Bound, 1), a[0].Scale + a[1].Scale);

    private static Term? First(Term[] a, Term made) => Bounded(made, a[0].Bound, a[0].Scale);

    private static Term? Quotient(Term[] a, Term made) => a[0].Bound > made.Kind.Limit() || a[1].Bound > 1e9 ? null
        : made.Kind.IsInteger() ? made with { Bound = a[0].Bound }
        : made with { Bound = a[0].Bound * 100, Scale = 18, Inexact = true };

    private static Func<Term[], Term, Term?> Fixed(double bound, int scale = 0, bool inexact = false) =>
        (_, made) => made with { Bound = bound, Scale = scale, Inexact = made.Inexact || inexact };

    private static Func<Term[], Term, Term?> Grows(double by) => (a, made) => Bounded(made, a[0].Bound + by, a[0].Scale);

    private static Term? Inexact(Term[] a, Term made) => made with { Bound = a[0].Bound, Scale = 18, Inexact = true };

    private static IEnumerable<Function> Arithmetic()
    {
        foreach (var k in Kinds.Numbers)
        {
            string n = k.Name();
            yield return new Function("+", "({0} + {1})", [k, k], k, Sum);
            yield return new Function("-", "({0} - {1})", [k, k], k, Sum);
            yield return new Function("*", "({0} * {1})", [k, k], k, Product);
            yield return new Function("/ constant", $"({{0}} / {{p}}::{n})", [k], k, (a, m) =>
                k.IsInteger() ? First(a, m) : Inexact(a, m));
            yield return new Function("/ nullif", "({0} / nullif({1}, 0))", [k, k], k, Quotient);
            yield return new Function("unary -", "(- {0})", [k], k, First);
            yield return new Function("abs", "abs({0})", [k], k, First);
            if (k != Float8)
            {
                yield return new Function("%", $"({{0}} % {{p}}::{n})", [k], k, (a, m) => First(a, m) is { } f
                    ? f with { Bound = 5 } : null);
                yield return new Function("mod", "mod({0}, nullif({1}, 0))", [k, k], k, (a, m) =>
                    Bounded(m, Math.Max(a[0].Bound, a[1].Bound), Math.Max(a[0].Scale, a[1].Scale)));
            }
        }

        yield return new Function("mixed int +", "({0} + {1})", [Int2, Int4], Int4, Sum);
        yield return new Function("mixed int +", "({0} + {1})", [Int4, Int8], Int8, Sum);
        yield return new Function("mixed int -", "({0} - {1})", [Int8, Int2], Int8, Sum);
        yield return new Function("mixed int * numeric", "({0} * {1})", [Int4, Numeric], Numeric, Product);
        yield return new Function("mixed int * float8", "({0} * {1})", [Int4, Float8], Float8, Product);
        foreach (var k in Kinds.Integers)
        {
            yield return new Function("&", "({0} & {1})", [k, k], k, (a, m) => Bounded(m, Math.Max(a[0].Bound, a[1].Bound) * 2));
            yield return new Function("|", "({0} | {1})", [k, k], k, (a, m) => Bounded(m, (a[0].Bound + a[1].Bound) * 2));
            yield return new Function("#", "({0} # {1})", [k, k], k, (a, m) => Bounded(m, (a[0].Bound + a[1].Bound) * 2));
            yield return new Function("~", "(~ {0})", [k], k, Grows(1));
            yield return new Function("<<", "({0} << {n})", [k], k, (a, m) => Bounded(m, a[0].Bound * 16));
            yield return new Function(">>", "({0} >> {n})", [k], k, First);
        }
    }

    private static IEnumerable<Function> Numbers()
    {
        yield return new Function("round", "round({0})", [Numeric], Numeric, Grows(1));
        yield return new Function("round n", "round({0}, {n})", [Numeric], Numeric, (a, m) => Bounded(m, a[0].Bound + 1, 4));
        yield return new Function("trunc", "trunc({0})", [Numeric], Numeric, First);
        yield return new Function("trunc n", "trunc({0}, {n})", [Numeric], Numeric, (a, m) => Bounded(m, a[0].Bound, 4));
        yield return new Function("ceil", "ceil({0})", [Numeric], Numeric, Grows(1));
        yield return new Function("floor", "floor({0})", [Numeric], Numeric, Grows(1));
        yield return new Function("sign", "sign({0})", [Numeric], Numeric, Fixed(1));
        yield return new Function("ceil", "ceil({0})", [Float8], Float8, Grows(1));
        yield return new Function("floor", "floor({0})", [Float8], Float8, Grows(1));
        yield return new Function("round", "round({0})", [Float8], Float8, Grows(1));
        yield return new Function("trunc", "trunc({0})", [Float8], Float8, First);
        yield return new Function("sqrt", "sqrt(abs({0}))", [Float8], Float8, (a, m) =>
            m with { Bound = a[0].Bound + 1, Inexact = true });
        yield return new Function("to int4", "({0})::integer", [Int2], Int4, First);
        yield return new Function("to int8", "({0})::bigint", [Int4], Int8, First);
        yield return new Function("to int2", "({0})::smallint", [Int4], Int2, First);
        yield return new Function("to int4", "({0})::integer", [Int8], Int4, First);
        yield return new Function("to int4", "({0})::integer", [Numeric], Int4, (a, m) => Bounded(m, a[0].Bound + 1));
        yield return new Function("to int4", "({0})::integer", [Float8], Int4, (a, m) => a[0].Inexact ? null : Finite(a, m));
        yield return new Function("to int4", "({0})::integer", [Bool], Int4, Fixed(1));
        yield return new Function("to numeric", "({0})::numeric", [Int4], Numeric, First);
        yield return new Function("to numeric", "({0})::numeric", [Int8], Numeric, First);
        yield return new Function("to float8", "({0})::double precision", [Int4], Float8, First);
        yield return new Function("to float8", "({0})::double precision", [Numeric], Float8, Inexact);
        yield return new Function("length", "length({0})", [Text], Int4, First);
        yield return new Function("octet_length", "octet_length({0})", [Text], Int4, (a, m) => Bounded(m, a[0].Bound * 4));
        yield return new Function("bit_length", "bit_length({0})", [Text], Int4, (a, m) => Bounded(m, a[0].Bound * 32));
        yield return new Function("ascii", "ascii({0})", [Text], Int4, Fixed(1_200_000));
        yield return new Function("strpos", "strpos({0}, {1})", [Text, Text], Int4, First);
        yield return new Function("position", "position({s} in {0})", [Text], Int4, First);
        yield return new Function("date - date", "({0} - {1})", [Date, Date], Int4, Fixed(120_000));
        yield return new Function("extract date", "extract({f} from {0})", [Date], Numeric, Fixed(3000));
        yield return new Function("extract timestamp", "extract({f} from {0})", [Timestamp], Numeric, Fixed(3000, 6));
        yield return new Function("extract epoch", "extract(epoch from {0})", [Timestamp], Numeric, Fixed(5e9, 6));
        yield return new Function("extract interval", "extract(epoch from {0})", [Interval], Numeric, Fixed(1e9, 6))
            with
        { Needs = Features.Intervals };
        yield return new Function("cardinality", "cardinality({0})", [IntArray], Int4, First) with { Needs = Features.Arrays };
        // Of an empty array ours is 0, as RisingWave's, and PostgreSQL's NULL.
        yield return new Function("array_length", "array_length(array_append({0}, 1), 1)", [IntArray], Int4,
            Grows(1)) with
        { Needs = Features.Arrays };
        yield return new Function("subscript", "({0})[{p}]", [IntArray], Int4, Fixed(50)) with { Needs = Features.Arrays };
        yield return new Function("array_position", "array_position({0}, {n})", [IntArray], Int4, First) with { Needs = Features.Arrays };
    }

    private static Term? Finite(Term[] a, Term made) => a[0].Bound < 1e9 ? made with { Bound = a[0].Bound + 1 } : null;

    private static IEnumerable<Function> Texts()
    {
        yield return new Function("||", "({0} || {1})", [Text, Text], Text, Sum);
        yield return new Function("|| int", "({0} || {1})", [Text, Int4], Text, Grows(12));
        foreach (string name in new[] { "lower", "upper", "initcap", "reverse", "btrim", "ltrim", "rtrim" })
        {
            yield return new Function(name, name + "({0})", [Text], Text, First);
        }

        yield return new Function("trim characters", "btrim({0}, {s})", [Text], Text, First);
        yield return new Function("substr", "substr({0}, {n}, {p})", [Text], Text, First);
        yield return new Function("substring", "substring({0} from {p})", [Text], Text, First);
        yield return new Function("substring for", "substring({0} from {n} for {n})", [Text], Text, First);
        yield return new Function("left", "left({0}, {n})", [Text], Text, First);
        yield return new Function("right", "right({0}, {n})", [Text], Text, First);
        yield return new Function("left -", "left({0}, - {p})", [Text], Text, First);
        yield return new Function("replace", "replace({0}, {s}, {s})", [Text], Text, (a, m) => Bounded(m, (a[0].Bound + 1) * 3));
        yield return new Function("translate", "translate({0}, {s}, {s})", [Text], Text, First);
        yield return new Function("repeat", "repeat({0}, {n})", [Text], Text, (a, m) => Bounded(m, a[0].Bound * 4));
        yield return new Function("lpad", "lpad({0}, {p}, {s})", [Text], Text, Fixed(6));
        yield return new Function("rpad", "rpad({0}, {p})", [Text], Text, Fixed(6));
        yield return new Function("split_part", "split_part({0}, {s}, {p})", [Text], Text, First);
        yield return new Function("overlay", "overlay({0} placing {s} from {p} for {n})", [Text], Text, Grows(3));
        yield return new Function("concat", "concat({0}, {1}, {s})", [Text, Int4], Text, Grows(16));
        yield return new Function("concat_ws", "concat_ws({s}, {0}, {1})", [Text, Text], Text, (a, m) =>
            Bounded(m, a[0].Bound + a[1].Bound + 3));
        yield return new Function("md5", "md5({0})", [Text], Text, Fixed(32));
        yield return new Function("quote_literal", "quote_literal({0})", [Text], Text, (a, m) => Bounded(m, (a[0].Bound * 2) + 3));
        yield return new Function("regexp_replace", "regexp_replace({0}, '[ab]', 'x')", [Text], Text, First);
        yield return new Function("to_hex", "to_hex({0})", [Int4], Text, Fixed(8));
        yield return new Function("to text", "({0})::varchar", [Int4], Text, Fixed(12));
        yield return new Function("to text", "({0})::varchar", [Bool], Text, Fixed(5));
        yield return new Function("to text", "({0})::varchar", [Date], Text, Fixed(10));
        yield return new Function("to_char date", "to_char({0}, 'YYYY-MM-DD')", [Date], Text, Fixed(10));
        yield return new Function("to_char timestamp", "to_char({0}, 'YYYY/MM/DD HH24:MI:SS')", [Timestamp], Text, Fixed(20));
        yield return new Function("array_to_string", "array_to_string({0}, ',')", [IntArray], Text, (a, m) => Bounded(m, a[0].Bound * 5))
            with
        { Needs = Features.Arrays };
    }

    private static IEnumerable<Function> Times()
    {
        yield return new Function("date + int", "({0} + {1})", [Date, Int4], Date, (a, m) => a[1].Bound > 1e5 ? null : Sum(a, m));
        yield return new Function("date - int", "({0} - {1})", [Date, Int4], Date, (a, m) => a[1].Bound > 1e5 ? null : Sum(a, m));
        yield return new Function("to date", "({0})::date", [Timestamp], Date, First);
        yield return new Function("to timestamp", "({0})::timestamp", [Date], Timestamp, First);
        yield return new Function("date_trunc", "date_trunc('{t}', {0})", [Timestamp], Timestamp, Grows(366));
        yield return new Function("timestamp + interval", "({0} + {1})", [Timestamp, Interval], Timestamp,
            Sum) with
        { Needs = Features.Intervals };
        yield return new Function("timestamp - interval", "({0} - {1})", [Timestamp, Interval], Timestamp,
            Sum) with
        { Needs = Features.Intervals };
        yield return new Function("date + interval", "({0} + {1})", [Date, Interval], Timestamp, Sum) with { Needs = Features.Intervals };
        yield return new Function("timestamp - timestamp", "({0} - {1})", [Timestamp, Timestamp], Interval,
            Span) with
        { Needs = Features.Intervals };
        yield return new Function("interval + interval", "({0} + {1})", [Interval, Interval], Interval,
            Span) with
        { Needs = Features.Intervals };
        yield return new Function("interval - interval", "({0} - {1})", [Interval, Interval], Interval,
            Span) with
        { Needs = Features.Intervals };
        yield return new Function("interval * int", "({0} * {n})", [Interval], Interval, (a, m) =>
            Bounded(m with { Inexact = true }, a[0].Bound * 4))
            with
        { Needs = Features.Intervals };
        yield return new Function("unary - interval", "(- {0})", [Interval], Interval, First) with { Needs = Features.Intervals };
    }

    private static IEnumerable<Function> Others()
    {
        yield return new Function("real to float8", "({0})::double precision", [Real], Float8, First);
        yield return new Function("to real", "({0})::real", [Int2], Real, First);
        yield return new Function("unary - real", "(- {0})", [Real], Real, First);
        yield return new Function("to time", "({0})::time", [Timestamp], Time, Fixed(1));
        yield return new Function("time + interval", "({0} + {1})", [Time, Interval], Time, Fixed(1)) with { Needs = Features.Intervals };
        yield return new Function("time - time", "({0} - {1})", [Time, Time], Interval, Span) with { Needs = Features.Intervals };
        yield return new Function("extract time", "extract(minute from {0})", [Time], Numeric, Fixed(60));
        yield return new Function("at time zone", "({0} AT TIME ZONE 'UTC')", [TimestampTz], Timestamp, Grows(1));
        yield return new Function("in time zone", "({0} AT TIME ZONE 'UTC')", [Timestamp], TimestampTz, Grows(1));
        yield return new Function("timestamptz + interval", "({0} + {1})", [TimestampTz, Interval], TimestampTz, Sum)
            with
        { Needs = Features.Intervals };
        yield return new Function("extract timestamptz", "extract(epoch from {0})", [TimestampTz], Numeric, Fixed(5e9, 6));
        yield return new Function("bytea ||", "({0} || {1})", [Bytea, Bytea], Bytea, Sum);
        yield return new Function("bytea length", "octet_length({0})", [Bytea], Int4, First);
        yield return new Function("encode", "encode({0}, 'hex')", [Bytea], Text, (a, m) => Bounded(m, a[0].Bound * 2));
        yield return new Function("decode", "decode(md5({0}), 'hex')", [Text], Bytea, Fixed(16));
    }

    private static Term? Span(Term[] a, Term made) => Bounded(made with { Inexact = true }, a[0].Bound + a[1].Bound);

    /// <summary>Elements stay small, so that sums over them do.</summary>
    private static Term? Element(Term[] a, Term made) => a[1].Bound > 50 ? null : Bounded(made, Math.Max(a[0].Bound + 1, 2));

    private static IEnumerable<Function> Arrays()
    {
        var all = new[]
        {
            new Function("array constructor", "ARRAY[{0}, {1}]", [Int4, Int4], IntArray, (a, m) => a[0].Bound > 50 ? null
                : Element(a, m with { Bound = 2 })),
            new Function("array_append", "array_append({0}, {1})", [IntArray, Int4], IntArray, Element),
            new Function("array_prepend", "array_prepend({1}, {0})", [IntArray, Int4], IntArray, Element),
            new Function("array_cat", "array_cat({0}, {1})", [IntArray, IntArray], IntArray, Sum),
            new Function("array ||", "({0} || {1})", [IntArray, IntArray], IntArray, Sum),
            new Function("array_remove", "array_remove({0}, {n})", [IntArray], IntArray, First),
            new Function("array_replace", "array_replace({0}, {n}, {n})", [IntArray], IntArray, First),
            new Function("array slice", "({0})[{n}:{p}]", [IntArray], IntArray, First),
        };
        return all.Select(f => f with { Needs = Features.Arrays });
    }

    private static IEnumerable<Function> Booleans()
    {
        yield return new Function("starts_with", "starts_with({0}, {s})", [Text], Bool);
        yield return new Function("regex match", "({0} ~ '^[a-c]+')", [Text], Bool);
        yield return new Function("regex no match", "({0} !~* 'B')", [Text], Bool);
        yield return new Function("to bool", "({0})::boolean", [Int4], Bool);
        yield return new Function("array = any", "({0} = ANY ({1}))", [Int4, IntArray], Bool) with { Needs = Features.Arrays };
        yield return new Function("array < all", "({0} < ALL ({1}))", [Int4, IntArray], Bool) with { Needs = Features.Arrays };
        yield return new Function("@>", "({0} @> {1})", [IntArray, IntArray], Bool) with { Needs = Features.Arrays };
        yield return new Function("&&", "({0} && {1})", [IntArray, IntArray], Bool) with { Needs = Features.Arrays };
    }

    private static IEnumerable<Function> Documents()
    {
        var all = new[]
        {
            new Function("jsonb -> name", "({0} -> 'a')", [Jsonb], Jsonb, First),
            // Element 0 of a scalar is the scalar in PostgreSQL, and NULL in RisingWave and here (views --seed 5004896).
            new Function("jsonb -> index", "({0} -> {p})", [Jsonb], Jsonb, First),
            new Function("jsonb ->>", "({0} ->> 'a')", [Jsonb], Text, Fixed(30)),
            new Function("jsonb #>", "({0} #> ARRAY['a', 'b'])", [Jsonb], Jsonb, First),
            new Function("jsonb #>>", "({0} #>> ARRAY['b', '1'])", [Jsonb], Text, Fixed(30)),
            new Function("jsonb_typeof", "jsonb_typeof({0})", [Jsonb], Text, Fixed(8)),
            new Function("jsonb to text", "({0})::varchar", [Jsonb], Text, First),
            new Function("jsonb @>", "({0} @> {1})", [Jsonb, Jsonb], Bool),
            new Function("jsonb ?", "({0} ? 'a')", [Jsonb], Bool),
            new Function("jsonb_build_object", "jsonb_build_object('a', {0}, 'b', {1})", [Int4, Text], Jsonb, (a, m) =>
                Bounded(m, (a[1].Bound * 2) + 40)),
            new Function("jsonb_build_array", "jsonb_build_array({0}, {1})", [Jsonb, Int4], Jsonb, Grows(16)),
            new Function("to_jsonb", "to_jsonb({0})", [Int4], Jsonb, Fixed(12)),
            new Function("to_jsonb text", "to_jsonb({0})", [Text], Jsonb, (a, m) => Bounded(m, (a[0].Bound * 2) + 2)),
            new Function("jsonb_strip_nulls", "jsonb_strip_nulls({0})", [Jsonb], Jsonb, First),
        };
        return all.Select(f => f with { Needs = Features.Jsonb });
    }
}
