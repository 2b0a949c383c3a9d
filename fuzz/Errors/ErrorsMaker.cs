using Vectorized.Fuzz.Generation;

namespace Vectorized.Fuzz.Errors;

/// <summary>A statement of a case; with a view where it makes one.</summary>
internal sealed record ErrorStep(string Sql, ErrorView? View = null);

/// <summary>
/// Random cases: two tables, views over failing expressions made before, amid and after the changes, and changes that break rows
/// and mend them. One thread.
/// </summary>
internal sealed class ErrorsMaker(ulong seed)
{
    /// <summary>The first statements make the tables.</summary>
    internal const int TableCount = 2;

    private static readonly string[] _texts = ["1", "12", " 7 ", "-3", "+2", "x", "", "1.5", "99999999999", "0"];
    private readonly Dice _dice = new(seed);
    private int _views;

    internal List<ErrorStep> Make()
    {
        var steps = new List<ErrorStep>
        {
            new("CREATE TABLE t (id int PRIMARY KEY, k int, a int, b int, s varchar)"),
            new("CREATE TABLE u (k int, a int, s varchar)"),
        };
        int views = _dice.Between(2, 4);
        int changes = _dice.Between(6, 14);
        for (int i = 0; i < views + changes; i++)
        {
            bool creates = _views < views && (i < views / 2 || _dice.Chance((double)(views - _views) / (changes + views - i)));
            steps.Add(creates ? View() : new ErrorStep(Change()));
        }

        return steps;
    }

    private ErrorStep View()
    {
        bool joins = _dice.Chance(0.3);
        string[] ints = joins ? ["t.a", "u.a", "t.b"] : ["a", "b"];
        string[] texts = joins ? ["t.s", "u.s"] : ["s"];
        bool isGrouped = _dice.Chance(0.3);
        string key = joins ? "t.k" : "k";
        string id = joins ? "t.id" : "id";
        var items = Enumerable.Range(0, _dice.Between(1, 3)).Select(_ => FailingTerms.Draw(_dice, ints, texts)).DistinctBy(i => i.Sql);
        var mode = (ErrorMode)_dice.Next(4);
        // A condition about one side is asked before the join: a view that stops may do so for a row without a partner.
        bool asks = _dice.Chance(0.35) && !(joins && mode == ErrorMode.Fail);
        var condition = asks ? FailingTerms.Draw(_dice, ints, texts) : null;
        var view = new ErrorView(
            $"v{_views++}", mode, joins ? "t JOIN u ON t.k = u.k" : "t", isGrouped ? [key] : [id, key], [.. items],
            condition, isGrouped);
        return new ErrorStep(view.Create, view);
    }

    private string Change()
    {
        int id = _dice.Between(1, 12);
        switch (_dice.Next(12))
        {
            case < 4:
                var rows = Enumerable.Range(0, _dice.Between(1, 4))
                    .Select(i => $"({((id + (i * 5)) % 13) + 1}, {Key()}, {Int()}, {Int()}, {Text()})");
                return $"INSERT INTO t VALUES {string.Join(", ", rows)}";
            case < 6:
                return $"INSERT INTO u VALUES ({Key()}, {Int()}, {Text()})";
            case 6:
                return $"UPDATE t SET a = 1, b = 2, s = '3' WHERE id {_dice.Pick(["=", "<", ">"])} {id}";
            case < 9:
                return $"UPDATE t SET {_dice.Pick(["a", "b"])} = {Int()} WHERE id {_dice.Pick(["=", "="])} {id}";
            case 9:
                return $"UPDATE {_dice.Pick(["t", "u"])} SET s = {Text()} WHERE k = {Key()}";
            case 10:
                return $"DELETE FROM t WHERE id {_dice.Pick(["=", "=", ">"])} {id}";
            default:
                return $"DELETE FROM u WHERE a = {Int()} OR a IS NULL";
        }
    }

    private string Key() => _dice.Between(1, 3).ToString();

    private string Int() => _dice.Chance(0.1) ? "NULL" : _dice.Pick([0, 0, 1, 2, 3, 3, 4, -1, -5, 100]).ToString();

    private string Text() => _dice.Chance(0.1) ? "NULL" : $"'{_dice.Pick(_texts)}'";
}
