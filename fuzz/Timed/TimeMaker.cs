using Vectorized.Fuzz.Generation;

namespace Vectorized.Fuzz.Timed;

/// <summary>A statement, a view made, or a step of the clock.</summary>
internal sealed record TimeStep(string? Sql, TimeView? View = null, int Seconds = 0)
{
    public override string ToString() => Sql is null ? $"-- the clock moves on by {Seconds} s" : $"{Sql};";
}

/// <summary>
/// Random cases: events that come roughly in order, some too late, some without a time; rows of p that come, change and go; the
/// clock moves on. One thread.
/// </summary>
internal sealed class TimeMaker
{
    /// <summary>The first statements make the tables.</summary>
    internal const int TableCount = 2;

    /// <summary>2024-01-01 00:00:00 UTC in seconds since 1970.</summary>
    internal const long StartSeconds = 1_704_067_200;

    private readonly Dice _dice;
    private readonly TimeViewMaker _views;
    private int _made;
    private long _eventSeconds = StartSeconds;
    private long _nowSeconds = StartSeconds;

    internal TimeMaker(ulong seed)
    {
        _dice = new Dice(seed);
        _views = new TimeViewMaker(_dice);
        DelayMinutes = _dice.Pick([0, 1, 5]);
    }

    internal int DelayMinutes { get; }

    internal List<TimeStep> Make()
    {
        var steps = new List<TimeStep>
        {
            new("CREATE TABLE e (ts timestamp, k int, x int, WATERMARK FOR ts AS ts"
                + $" - interval '{DelayMinutes} minutes') APPEND ONLY"),
            new("CREATE TABLE p (id int PRIMARY KEY, at timestamptz, k int)"),
        };
        int views = _dice.Between(2, 5);
        int changes = _dice.Between(8, 20);
        for (int i = 0; i < views + changes; i++)
        {
            bool creates = _made < views && (i < views / 2 || _dice.Chance((double)(views - _made) / (changes + views - i)));
            if (creates)
            {
                var view = _views.Make($"v{_made++}");
                steps.Add(new TimeStep(view.Create, view));
            }
            else
            {
                steps.Add(Change());
            }
        }

        return steps;
    }

    internal static string Text(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd HH:mm:ss");

    private TimeStep Change()
    {
        switch (_dice.Next(10))
        {
            case < 4:
                var rows = Enumerable.Range(0, _dice.Pick([1, 2, 4, 8])).Select(_ => Event()).ToList();
                return new TimeStep($"INSERT INTO e VALUES {string.Join(", ", rows)}");
            case < 6:
                int step = _dice.Pick([1, 29, 30, 60, 300]);
                _nowSeconds += step;
                return new TimeStep(null, Seconds: step);
            case < 8:
                return new TimeStep($"INSERT INTO p VALUES ({_dice.Between(1, 9)}, {At()}, {_dice.Between(1, 3)})");
            case 8:
                return new TimeStep($"UPDATE p SET {_dice.Pick([$"at = {At()}", "k = 2"])} WHERE id > {_dice.Between(1, 8)}");
            default:
                return new TimeStep($"DELETE FROM p WHERE id = {_dice.Between(1, 9)}");
        }
    }

    private string Event()
    {
        if (_dice.Chance(0.05))
        {
            return $"(NULL, {_dice.Between(1, 3)}, 1)";
        }

        // Whole minutes now and then, so that times meet each other and the windows' ends.
        _eventSeconds += _dice.Pick([0, 0, 60, 120, 197, 600]);
        long at = _eventSeconds - (_dice.Chance(0.3) ? _dice.Pick([60, 240, 300, 900]) : 0);
        string x = _dice.Chance(0.1) ? "NULL" : _dice.Between(-1, 6).ToString();
        return $"('{Text(at - (_dice.Chance(0.5) ? at % 60 : 0))}', {_dice.Between(1, 3)}, {x})";
    }

    private string At() => _dice.Chance(0.1) ? "NULL"
        : $"'{Text(_nowSeconds + _dice.Pick([-600, -60, -30, -1, 0, 1, 30, 90]))}+00'";
}
