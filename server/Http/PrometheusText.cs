using System.Globalization;
using System.Text;
using Vectorized.Engine.Dataflow;

namespace Vectorized.Server.Http;

/// <summary>
/// Metrics in Prometheus' text exposition format 0.0.4: by family one HELP and one TYPE line, then its samples. A family is written once.
/// </summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();
    private string _family = "";

    public PrometheusText Counter(string name, string help, double value) => Begin(name, help, "counter").Sample(value);

    public PrometheusText Gauge(string name, string help, double value) => Begin(name, help, "gauge").Sample(value);

    /// <summary>Starts a family; its samples follow.</summary>
    public PrometheusText Begin(string name, string help, string type)
    {
        _family = "vectorized_" + name;
        _text.Append("# HELP ").Append(_family).Append(' ').Append(help.Replace("\\", "\\\\").Replace("\n", "\\n")).Append('\n')
            .Append("# TYPE ").Append(_family).Append(' ').Append(type).Append('\n');
        return this;
    }

    /// <summary>A sample of the family begun last.</summary>
    public PrometheusText Sample(double value, params ReadOnlySpan<(string Name, string Value)> labels) => Sample("", value, labels);

    /// <summary>A family of buckets, each with all below it, sum and count.</summary>
    public PrometheusText Histogram(string name, string help, TimeDistribution times)
    {
        Begin(name, help, "histogram");
        long count = 0;
        for (int i = 0; i < times.BoundSeconds.Length; i++)
        {
            count += times.Counts[i];
            Sample("_bucket", count, ("le", Number(times.BoundSeconds[i])));
        }

        count += times.Counts[^1];
        return Sample("_bucket", count, ("le", "+Inf")).Sample("_sum", times.SumSeconds).Sample("_count", count);
    }

    public override string ToString() => _text.ToString();

    private PrometheusText Sample(string suffix, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(_family).Append(suffix);
        for (int i = 0; i < labels.Length; i++)
        {
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"").Append(Escaped(labels[i].Value)).Append('"');
        }

        _text.Append(labels.Length > 0 ? "} " : " ").Append(Number(value)).Append('\n');
        return this;
    }

    private static string Escaped(string label) => label.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
