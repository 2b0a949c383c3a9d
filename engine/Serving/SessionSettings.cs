using Vectorized.Engine.Expressions;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving;

/// <summary>
/// A session's settings by name: SET, SHOW, RESET and the protocol's ParameterStatus. Declared in
/// <see cref="SettingTable"/>; values are validated text. One thread.
/// </summary>
public sealed class SessionSettings
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, string> _systemDefaults;

    /// <param name="user">The session's user.</param>
    /// <param name="database">The session's database.</param>
    /// <param name="systemDefaults">Defaults set by ALTER SYSTEM, by name, as they are when the session starts.</param>
    public SessionSettings(string user, string database, IReadOnlyDictionary<string, string>? systemDefaults = null)
    {
        _systemDefaults = systemDefaults ?? new Dictionary<string, string>();
        User = user;
        Database = database;
        Values = SessionValues.Default with
        {
            User = user,
            Database = database,
            Setting = name => SettingTable.TryFind(name) is { } setting ? Get(setting.Name) : null,
        };
    }

    public string User { get; }

    public string Database { get; }

    /// <summary>What expressions see of the settings.</summary>
    public SessionValues Values { get; private set; }

    /// <summary>Grows with every change, so that derived values can be kept.</summary>
    public int Version { get; private set; }

    /// <summary>Called with (name, value) when a setting the protocol reports has changed.</summary>
    public Action<string, string>? ReportedChanged { get; set; }

    public string Get(string name)
    {
        var setting = SettingTable.Find(name);
        return _values.GetValueOrDefault(setting.Name) ?? DefaultOf(setting);
    }

    /// <summary>Sets a value; null means back to the default. Unknown names and bad values are errors that name them.</summary>
    public void Set(string name, string? value)
    {
        var setting = SettingTable.Find(name);
        string normalized = setting.Validate(value ?? DefaultOf(setting));
        _values[setting.Name] = normalized;
        Version++;
        if (setting.Name == "timezone")
        {
            Values = Values with { Text = new TextOptions { Zone = SettingTable.ParseTimeZone(normalized) } };
        }
        else if (setting.Name == "search_path")
        {
            Values = Values with { SearchPath = SettingTable.ParseList(normalized) };
        }

        if (setting.Reported is not null)
        {
            ReportedChanged?.Invoke(setting.Reported, normalized);
        }
    }

    private string DefaultOf(Setting setting) => _systemDefaults.GetValueOrDefault(setting.Name) ?? setting.Default;

    public void ResetAll()
    {
        foreach (string name in _values.Keys.ToList())
        {
            Set(name, null);
        }
    }
}
