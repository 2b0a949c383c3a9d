using System.Text.RegularExpressions;
using Vectorized.Fuzz.Comparison;
using Vectorized.Fuzz.Engines;
using Vectorized.Fuzz.Generation;

namespace Vectorized.Fuzz.Plans;

/// <summary>Figures of a run.</summary>
internal sealed class PlansReport
{
    /// <summary>Share of cases a known difference may match, and of results that may be empty.</summary>
    private const double KnownShareMax = 0.01;
    private const double EmptyShareMax = 0.4;

    private readonly long[] _verdicts = new long[Enum.GetValues<Verdict>().Length];
    private readonly Dictionary<string, long> _known = [];
    private readonly Dictionary<string, long> _refused = [];
    private readonly Coverage _coverage = new(Features.Landed);
    private long _empty;

    internal double Seconds { get; set; }

    internal long Cases => _verdicts.Sum();

    internal long KnownCases => _known.Values.Sum();

    internal int Findings { get; set; }

    /// <summary>Findings that shrank to one already reported.</summary>
    internal long Repeated { get; set; }

    internal void Count(Verdict verdict, GeneratedQuery query, Outcome ours, KnownDifference? known)
    {
        _verdicts[(int)verdict]++;
        if (verdict == Verdict.Same)
        {
            _coverage.Add(query.Productions);
            _empty += ours.Rows.Count == 0 ? 1 : 0;
        }
        else if (verdict == Verdict.Refused)
        {
            string subject = Regex.Replace(ours.Message, "\"[^\"]*\"", "*");
            _refused[subject] = _refused.GetValueOrDefault(subject) + 1;
        }

        if (known is not null)
        {
            _known[known.Name] = _known.GetValueOrDefault(known.Name) + 1;
        }
    }

    internal void Print(TextWriter output)
    {
        long same = _verdicts[(int)Verdict.Same];
        output.WriteLine($"queries {Cases}  seconds {Seconds:0.0}  queries/s {Cases / Math.Max(Seconds, 0.001):0}");
        output.WriteLine($"same {same}  same error {_verdicts[(int)Verdict.SameError]}  no oracle {_verdicts[(int)Verdict.NoOracle]}  "
            + $"refused {_verdicts[(int)Verdict.Refused]}  known differences {KnownCases}  "
            + $"different {_verdicts[(int)Verdict.Different] - KnownCases}  empty results {Share(_empty, same):0.0} %");
        foreach (var (name, count) in _known)
        {
            output.WriteLine($"  known: {name} {count} ({Share(count, Cases):0.00} %)");
        }

        foreach (var (message, count) in _refused.OrderByDescending(r => r.Value).Take(15))
        {
            output.WriteLine($"  refused: {count} x {message}");
        }

        output.WriteLine("hits (queries with the same answer on both sides that contain it)");
        _coverage.Print(output);
    }

    /// <summary>No finding, and neither known differences nor empty results hide too much.</summary>
    internal bool IsClean(TextWriter output)
    {
        foreach (var (name, count) in _known.Where(k => k.Value > KnownShareMax * Cases && k.Value > 10))
        {
            output.WriteLine($"FAIL: the known difference \"{name}\" matches {Share(count, Cases):0.00} % of cases");
            return false;
        }

        if (_verdicts[(int)Verdict.Same] > 500 && Share(_empty, _verdicts[(int)Verdict.Same]) > EmptyShareMax * 100)
        {
            output.WriteLine("FAIL: too many results are empty");
            return false;
        }

        return Findings == 0;
    }

    /// <summary>Every production was hit.</summary>
    internal bool IsComplete(TextWriter output)
    {
        var missing = _coverage.Missing.ToList();
        if (missing.Count > 0)
        {
            output.WriteLine($"FAIL: never hit: {string.Join(", ", missing)}");
        }

        return missing.Count == 0;
    }

    private static double Share(long part, long all) => all == 0 ? 0 : 100.0 * part / all;
}
