using Vectorized.Fuzz.Generation;

namespace Vectorized.Fuzz.Views;

/// <summary>Figures of a run.</summary>
internal sealed class ViewsReport
{
    private readonly Coverage _coverage = new(Features.InViews);
    private readonly SortedDictionary<string, long> _forms = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _variations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _refused = [];
    private readonly SortedDictionary<string, long> _known = new(StringComparer.Ordinal);

    internal long Histories { get; private set; }

    internal long Views { get; private set; }

    internal long Statements { get; private set; }

    internal long Comparisons { get; private set; }

    internal int Findings { get; set; }

    /// <summary>What is meant to differ must stay rare, or it hides what is not.</summary>
    internal bool IsKnownTooOften => _known.Values.Sum() * 100 > Math.Max(Views, 100);

    internal double Seconds { get; set; }

    internal void Count(HistoryMaker history, int statements, HistoryCheck check, Variation variation)
    {
        Histories++;
        Views += history.Views;
        Statements += statements;
        Comparisons += check.Comparisons;
        _coverage.Add(history.Productions);
        _variations[variation.Name] = _variations.GetValueOrDefault(variation.Name) + 1;
        foreach (string form in check.Forms)
        {
            _forms[form] = _forms.GetValueOrDefault(form) + 1;
        }

        foreach (string name in check.Known)
        {
            _known[name] = _known.GetValueOrDefault(name) + 1;
        }

        foreach (string message in check.Refused)
        {
            _refused[message] = _refused.GetValueOrDefault(message) + 1;
        }
    }

    internal void Print(TextWriter output)
    {
        output.WriteLine($"histories {Histories}  views {Views}  statements {Statements}  comparisons {Comparisons}  "
            + $"seconds {Seconds:0.0}  histories/s {Histories / Math.Max(Seconds, 0.001):0.0}  findings {Findings}");
        output.WriteLine($"  run again with: {List(_variations)}");
        output.WriteLine($"  operator forms (histories that ran them): {List(_forms)}");
        foreach (var (message, count) in _refused.OrderByDescending(r => r.Value).Take(10))
        {
            output.WriteLine($"  refused: {count} x {message}");
        }

        if (_known.Count > 0)
        {
            output.WriteLine($"  known differences (views): {List(_known)}{(IsKnownTooOften ? "  TOO OFTEN" : "")}");
        }

        output.WriteLine("hits (histories with a view that contains it)");
        _coverage.Print(output);
    }

    private static string List(IEnumerable<KeyValuePair<string, long>> counts) =>
        string.Join("  ", counts.Select(c => $"{c.Key} {c.Value}"));
}
