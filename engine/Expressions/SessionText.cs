using System.Collections.Concurrent;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>A session's values as the text and calendar code of engine/Types wants them. Any thread.</summary>
internal static class SessionText
{
    // One entry a time zone of the system: bounded.
    private static readonly ConcurrentDictionary<string, TextOptions> _byZone = new(StringComparer.Ordinal);

    internal static TextOptions Options(SessionValues session) => ReferenceEquals(session.TimeZone, TimeZoneInfo.Utc)
        ? TextOptions.Default
        : _byZone.GetOrAdd(session.TimeZone.Id, static id => new TextOptions
        {
            Zone = ZoneRules.Find(id) ?? throw new SqlException(SqlState.InvalidParameterValue, $"time zone \"{id}\" not recognized"),
        });

    internal static ZoneRules Zone(SessionValues session) => Options(session).Zone;
}
