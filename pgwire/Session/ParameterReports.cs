using Vectorized.Engine.Serving;
using Vectorized.Pgwire.Protocol;

namespace Vectorized.Pgwire.Session;

/// <summary>
/// Settings the client follows: their changes are kept and sent before the next ReadyForQuery, only where the value
/// differs from what the client was last told. One thread.
/// </summary>
internal sealed class ParameterReports
{
    private readonly SessionSettings _settings;
    private readonly Dictionary<string, string> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _changed = new(StringComparer.Ordinal);

    public ParameterReports(SessionSettings settings)
    {
        _settings = settings;
        foreach (var setting in SettingTable.All)
        {
            if (setting.Reported is { } name)
            {
                _told[name] = settings.Get(setting.Name);
            }
        }

        settings.ReportedChanged = (name, value) => _changed[name] = value;
    }

    public void Send(System.IO.Pipelines.PipeWriter output)
    {
        if (_changed.Count == 0)
        {
            return;
        }

        foreach (var (name, value) in _changed)
        {
            if (!_told.TryGetValue(name, out string? told) || told != value)
            {
                ParameterStatusMessage.Write(output, name, value);
                _told[name] = value;
            }
        }

        _changed.Clear();
    }

    public void Detach() => _settings.ReportedChanged = null;
}
