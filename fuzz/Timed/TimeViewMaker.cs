using Vectorized.Fuzz.Generation;

namespace Vectorized.Fuzz.Timed;

/// <summary>
/// Random views over e (ts, k, x), which is append-only with a watermark, and p (id, at, k), which is not:
///   EMIT ON WINDOW CLOSE = the rows of the plain query that the watermark W has passed, functions that look ahead over what is
///   below W only; conditions on now() = the same with the time as a literal.
/// </summary>
internal sealed class TimeViewMaker(Dice dice)
{
    private const string Windows = "tumble(e, ts, interval '10 minutes')";
    private const string WindowIsClosed = "window_start + interval '10 minutes' <= CLOSED";
    private const string Emit = " EMIT ON WINDOW CLOSE";

    internal static readonly string[] Productions =
    [
        "close:rows", "close:tumble", "close:hop", "close:distinct", "close:top", "close:whole partition", "close:looks back",
        "close:looks rows ahead", "close:looks a time ahead", "now:since", "now:until", "now:between", "now:grouped", "now:joined",
    ];

    internal TimeView Make(string name)
    {
        string production = dice.Pick(Productions);
        var (query, expected) = production switch
        {
            "close:rows" => ($"SELECT ts, k, x FROM e{Where()}", null),
            "close:tumble" => Closed(
                $"SELECT window_start, k, count(*) AS n, sum(x) AS s, count(DISTINCT x) AS d FROM {Windows}{Where()}"
                + " GROUP BY window_start, k", WindowIsClosed),
            "close:hop" => Closed(
                "SELECT window_end, max(x) AS m, count(*) AS n FROM hop(e, ts, interval '5 minutes', interval '10 minutes')"
                + " GROUP BY window_end", "window_end <= CLOSED"),
            "close:distinct" => Closed($"SELECT DISTINCT window_start, k FROM {Windows}", WindowIsClosed),
            "close:top" => Closed(
                $"SELECT window_start, x, r FROM (SELECT *, rank() OVER (PARTITION BY window_start ORDER BY x DESC) AS r"
                + $" FROM {Windows}) AS q"
                + $" WHERE r <= {dice.Between(1, 3)}", WindowIsClosed),
            "close:whole partition" => Closed(
                $"SELECT window_start, x, count(*) OVER (PARTITION BY window_start, k) AS n,"
                + $" sum(x) OVER (PARTITION BY window_start, k ORDER BY x) AS s FROM {Windows}", WindowIsClosed),
            "close:looks back" => Back(),
            "close:looks rows ahead" => Ahead(),
            "close:looks a time ahead" => Range(),
            "now:since" => Now("SELECT id, k FROM p WHERE at > now() - interval 'SPAN seconds'"),
            "now:until" => Now("SELECT id, k, at FROM p WHERE at + interval 'SPAN seconds' <= now()"),
            "now:between" => Now("SELECT id FROM p WHERE at <= now() AND at > now() - interval 'SPAN seconds'"),
            "now:grouped" => Now("SELECT k, count(*) AS n, max(at) AS m FROM p WHERE at >= now() - interval 'SPAN seconds' GROUP BY k"),
            _ => Now("SELECT p.id, q.k FROM p JOIN p AS q ON p.k = q.k AND p.id <> q.id WHERE p.at > now() - interval 'SPAN seconds'"),
        };
        return production.StartsWith("now", StringComparison.Ordinal)
            ? new TimeView(name, production, query, expected!)
            : new TimeView(name, production, query + Emit, expected ?? $"SELECT * FROM ({query}) AS q WHERE ts < CLOSED");
    }

    private static (string, string?) Closed(string query, string isClosed) =>
        (query, $"SELECT * FROM ({query}) AS q WHERE {isClosed}");

    private (string, string?) Now(string text)
    {
        string query = text.Replace("SPAN", dice.Pick([0, 30, 60, 200, 600]).ToString(), StringComparison.Ordinal);
        return (query, query.Replace("now()", "NOW", StringComparison.Ordinal));
    }

    private string Where() => dice.Pick(["", "", " WHERE x > 0", " WHERE k < 3 OR x IS NULL"]);

    private (string, string?) Back()
    {
        string[] functions =
        [
            "row_number() OVER w", "rank() OVER w", "dense_rank() OVER w", "lag(x) OVER w", "lag(x, 2, -1) OVER w", "sum(x) OVER w",
            "count(*) OVER (PARTITION BY k ORDER BY ts, x ROWS 2 PRECEDING EXCLUDE CURRENT ROW)",
            "max(x) OVER (PARTITION BY k ORDER BY ts RANGE BETWEEN '7 minutes' PRECEDING AND CURRENT ROW)",
            "first_value(x) OVER w", "last_value(x) OVER (PARTITION BY k ORDER BY ts, x ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING)",
        ];
        return ($"SELECT ts, k, x, {Some(functions)} FROM e{Where()} WINDOW w AS (PARTITION BY k ORDER BY ts, x)", null);
    }

    private (string, string?) Ahead()
    {
        int rows = dice.Between(1, 3);
        string[] functions =
        [
            $"lead(x, {rows}) OVER w", $"lead(ts, {rows}) OVER w", $"sum(x) OVER (w ROWS BETWEEN 1 PRECEDING AND {rows} FOLLOWING)",
            $"last_value(x) OVER (w ROWS BETWEEN CURRENT ROW AND {rows} FOLLOWING)",
        ];
        string also = dice.Pick(["", ", row_number() OVER w AS n", ", lag(x) OVER w AS l", ", lead(k) OVER w AS d"]);
        string where = Where();
        string columns = $"ts, k, x, {Some(functions)}{also}";
        const string window = "WINDOW w AS (PARTITION BY k ORDER BY ts, x)";
        return ($"SELECT {columns} FROM e{where} {window}",
            $"SELECT {string.Join(", ", Names(columns))} FROM (SELECT {columns}, lead(ts, {rows}) OVER w AS follows"
            + $" FROM (SELECT * FROM e{where}) AS a WHERE ts < CLOSED {window}) AS q WHERE follows IS NOT NULL");
    }

    /// <summary>The columns' names: what stands behind AS, or the column.</summary>
    private static IEnumerable<string> Names(string columns)
    {
        yield return "ts";
        yield return "k";
        yield return "x";
        foreach (string part in columns.Split(" AS ").Skip(1))
        {
            yield return part.Split(',')[0];
        }
    }

    private (string, string?) Range()
    {
        int minutes = dice.Between(1, 8);
        string query = $"SELECT ts, k, sum(x) OVER (w RANGE BETWEEN '3 minutes' PRECEDING AND '{minutes} minutes' FOLLOWING) AS s,"
            + $" count(*) OVER (w RANGE BETWEEN CURRENT ROW AND '{minutes} minutes' FOLLOWING) AS n"
            + $" FROM e{Where()} WINDOW w AS (PARTITION BY k ORDER BY ts)";
        return (query, $"SELECT * FROM ({query}) AS q WHERE ts < CLOSED - interval '{minutes} minutes'");
    }

    private string Some(string[] functions) => string.Join(
        ", ", dice.Sample(functions, dice.Between(1, 3)).Select((f, i) => $"{f} AS f{i}"));
}
