using System.Text;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;
using Vectorized.Tests.Long;
using Xunit.Abstractions;

namespace Vectorized.Tests.Sql;

/// <summary>Whatever the text, the parser gives trees that read back equal, or a SqlException with a position inside the
/// text: no other exception, no stack overflow.</summary>
public sealed class RobustnessTests(ITestOutputHelper output)
{
    private const string Awkward = " '\"$\\()[]{}<>;:,.*+-/|&@E0";

    private static readonly string[] Statements =
    [
        "select distinct on (a) a.b[1:2], (c).d, f(x => 1, y) over (partition by a order by b rows between 1 preceding and current row) from t as u (a, b) left join lateral g(1) with ordinality as x on true where a in (1, 2) and b not like E'x\\n' escape '!' group by rollup (a), () having count(*) filter (where a) > 1 order by 1 desc nulls last limit 10 offset 2",
        "with recursive r (n) as materialized (values (1) union all select n + 1 from r) select * except (a) from r natural join s for system_time as of proctime() emit on window close",
        "create table if not exists s.t (a int primary key, b struct<c varchar, d map(int, int[])>, e numeric(10, 2) default 1 + 2 not null, watermark for ts as ts - interval '5' second with ttl, primary key (a, b), *) append only on conflict do update if not null with version column (v) include header 'x' varchar as h with (connector = 'kafka', a.b = secret s, c = 1) format plain encode json (a = 'b') key encode bytes",
        "create sink if not exists s into t (a) as select a from u with (connector = 'blackhole')",
        "create materialized view m with (backfill_order = fixed (a -> b)) as select window_start, max(x) from tumble(t, ts, interval '1' minute) group by 1",
        "insert into t (a, b) values (1, default) on conflict (a) where b do update set (a, b) = (1, 2), c = excluded.c where x returning *",
        "update only t as x set a = case when b then 1 else 2 end from u where current of c returning a",
        "copy t (a, b) from stdin with (format csv, header, null 'x', force_null (a))",
        "alter table t add column a int default 1, drop column if exists b cascade, alter column c type text using c::text",
        "declare c no scroll cursor with hold for select 1; fetch backward 10 from c; close all; begin isolation level read committed, read only; set time zone interval '+00:00' hour to minute",
        "grant select (a), insert on all tables in schema s to public with grant option; create function f(a int, out b text) returns int language sql as $$select 1$$; explain (analyze, format json) select array_transform(array[1], |x| x + 1), map {1: 2}, x is not json object with unique keys",
        "select U&'d\\0061t', $a$b$a$, B'01', 1.5e10, $1, \"Q\"\"x\" /* c */ -- d\n from \"T\"",
    ];

    private void Check(string sql, int seed)
    {
        try
        {
            foreach (Statement statement in SqlParser.Parse(sql))
            {
                string text = statement.ToString();
                Statement again = Assert.Single(SqlParser.Parse(text));
                Assert.True(statement.Equals(again), $"seed {seed}\n{sql}\n{text}\n{again}");
                Assert.InRange(statement.Span.Start, 0, statement.Span.End);
                Assert.InRange(statement.Span.End, 0, sql.Length);
            }
        }
        catch (SqlException error)
        {
            Assert.True(error.SqlState != SqlState.InternalError, $"seed {seed}: {error.Message}\n{sql}");
            Assert.True(error.Position >= 1 && error.Position <= sql.Length + 1, $"seed {seed}: no position, {error.Message}\n{sql}");
        }
        catch (Exception other) when (other is not Xunit.Sdk.XunitException)
        {
            output.WriteLine(sql);
            throw new InvalidOperationException($"seed {seed}", other);
        }
    }

    /// <summary>What random runs have found: `double` alone is a type before a string, as in a cast.</summary>
    [Theory]
    [InlineData("select double 'x' + until")]
    [InlineData("select double precision '1', cast('1' as double), \"double\" '1'")]
    public void Parser_OnWhatOnceFailed_ReadsItsOwnTextBack(string sql) => Check(sql, 0);

    [Fact]
    public void Parser_OnMutatedStatements_NeverFailsOtherwise()
    {
        int seed = Seeds.Next(output);
        for (int round = 0; round < LongRun.Rounds(20_000); round++)
        {
            var random = new Random(seed + round);
            var text = new StringBuilder(Statements[random.Next(Statements.Length)]);
            for (int edits = random.Next(1, 6); edits > 0 && text.Length > 1; edits--)
            {
                int at = random.Next(text.Length);
                switch (random.Next(4))
                {
                    case 0:
                        text.Remove(at, Math.Min(random.Next(1, 6), text.Length - at));
                        break;
                    case 1:
                        text.Insert(at, (char)random.Next(random.Next(8) == 0 ? 0x10000 : 0x80));
                        break;
                    case 2:
                        text[at] = Awkward[random.Next(Awkward.Length)];
                        break;
                    default:
                        string other = Statements[random.Next(Statements.Length)];
                        int from = random.Next(other.Length);
                        text.Insert(at, other.AsSpan(from, Math.Min(random.Next(30), other.Length - from)));
                        break;
                }
            }

            Check(text.ToString(), seed + round);
        }
    }

    [Fact]
    public void Parser_OnRandomTokens_NeverFailsOtherwise()
    {
        int seed = Seeds.Next(output);
        string[] words = [.. Enum.GetValues<Keyword>().Where(k => Keywords.ClassOf(k) != KeywordClass.None).Select(Keywords.Word)];
        string[] marks =
        [
            "(", ")", "(", ")", ",", ",", ".", ";", "[", "]", "{", "}", ":", "::", "=", "=>", "<", ">", ">>", "<>", "+", "-", "*", "|",
            "||", "->", "a", "b", "t", "\"Q\"", "1", "2.5", "'x'", "E'y'", "$1", "$$z$$", "int", "struct<", "*",
        ];
        string[] starts = ["select", "create table t", "create source s", "alter table t", "insert into t", "update t set", "set", "show", "copy t", ""];
        for (int round = 0; round < LongRun.Rounds(40_000); round++)
        {
            var random = new Random(seed + round);
            var text = new StringBuilder(starts[random.Next(starts.Length)]);
            for (int count = random.Next(1, 15); count > 0; count--)
            {
                text.Append(' ').Append(random.Next(2) == 0 ? words[random.Next(words.Length)] : marks[random.Next(marks.Length)]);
            }

            Check(text.ToString(), seed + round);
        }
    }

    [Fact]
    public void Parser_OnRandomCharacters_NeverFailsOtherwise()
    {
        int seed = Seeds.Next(output);
        for (int round = 0; round < LongRun.Rounds(20_000); round++)
        {
            var random = new Random(seed + round);
            var text = new char[random.Next(1, 40)];
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = random.Next(4) == 0 ? (char)random.Next(0x10000) : (char)random.Next(0x20, 0x7f);
            }

            Check(new string(text), seed + round);
        }
    }
}
