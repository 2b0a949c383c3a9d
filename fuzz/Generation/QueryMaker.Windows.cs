namespace Vectorized.Fuzz.Generation;

/// <summary>Window functions. Where order decides, it names every column in sight, so that ties are equal rows.</summary>
internal sealed partial class QueryMaker
{
    private Term? Window(Kind kind)
    {
        var level = _levels[^1];
        var columns = level.Visible.Where(c => c.IsColumn).ToList();
        if (columns.Count == 0 || columns.Count > 14 || columns.Any(c => c.Inexact))
        {
            return null;
        }

        level.Windows = false;
        bool mayNumber = !level.NumbersRows;
        var made = kind == Kind.Int8 && dice.Chance(0.5) ? Ranking(columns, mayNumber)
            : mayNumber && dice.Chance(0.5) ? Neighbour(kind, columns) : Framed(kind, columns, mayNumber);
        level.Windows = true;
        return made;
    }

    private string Partition(IReadOnlyList<Term> columns) => dice.Chance(0.7) ? $"PARTITION BY {dice.Pick(columns).Sql} " : "";

    private string TotalOrder(IReadOnlyList<Term> columns)
    {
        _levels[^1].NumbersRows = true;
        return $"ORDER BY {string.Join(", ", dice.Sample(columns, columns.Count).Select(c => c.Sql + Direction()))}";
    }

    private Term Ranking(List<Term> columns, bool mayNumber)
    {
        string name = mayNumber ? dice.Pick(["row_number", "rank", "dense_rank"]) : dice.Pick(["rank", "dense_rank"]);
        Hit($"window:{name}");
        string order = name == "row_number" ? TotalOrder(columns) : $"ORDER BY {dice.Pick(columns).Sql}{Direction()}";
        return new Term($"{name}() OVER ({Partition(columns)}{order})", Kind.Int8) { Bound = 1e5, Local = true };
    }

    private Term Neighbour(Kind kind, List<Term> columns)
    {
        string name = dice.Pick(["lag", "lead", "first_value", "last_value", "nth_value"]);
        Hit($"window:{name}");
        var argument = Expression(kind, 1);
        string arguments = name switch
        {
            "lag" or "lead" => dice.Pick(["", ", 1", ", 2"]),
            "nth_value" => ", 2",
            _ => "",
        };
        string frame = name is "lag" or "lead" ? "" : Frame();
        return argument with
        {
            Sql = $"{name}({argument.Sql}{arguments}) OVER ({Partition(columns)}{TotalOrder(columns)}{frame})",
            Local = true,
            IsColumn = false,
        };
    }

    private Term? Framed(Kind kind, List<Term> columns, bool mayNumber)
    {
        var aggregates = AggregateList.Returning(kind).Where(a => !a.Ordered && a.IsPlain).ToList();
        if (aggregates.Count == 0)
        {
            return null;
        }

        var aggregate = dice.Pick(aggregates);
        _withoutSubqueries++;
        var argument = aggregate.Argument is { } wanted ? Expression(wanted, 1) : null;
        _withoutSubqueries--;
        if (argument is { } given && aggregate.Refine(given, new Term("", kind)) is null)
        {
            return null;
        }

        Hit("window:aggregate");
        string call = string.Format(aggregate.Template, argument?.Sql ?? "*", "");
        string over = dice.Next(mayNumber ? 3 : 2) switch
        {
            0 => Partition(columns),
            1 => $"{Partition(columns)}ORDER BY {dice.Pick(columns).Sql}{Direction()}",
            _ => $"{Partition(columns)}{TotalOrder(columns)}{Frame()}",
        };
        var made = argument is null ? new Term("", kind) { Bound = 1e5 } : aggregate.Refine(argument, new Term("", kind))!;
        return made with { Sql = $"{call} OVER ({over})", Local = true };
    }

    private string Frame()
    {
        string unit = dice.Chance(0.8) ? "ROWS" : "RANGE";
        Hit($"window:{unit.ToLowerInvariant()}");
        return unit == "RANGE" ? dice.Pick(["", " RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
            " RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING"])
            : dice.Pick(
            [
                " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
                " ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING", " ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
                " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING", " ROWS 2 PRECEDING",
            ]);
    }
}
