using System.Runtime.CompilerServices;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Expressions;

/// <summary>A session's values as the text and calendar code of engine/Types wants them. Any thread.</summary>
internal static class SessionText
{
    private static readonly ConditionalWeakTable<ZoneRules, TextOptions> _byZone = [];

    internal static TextOptions Options(SessionValues session) => ReferenceEquals(session.TimeZone, ZoneRules.Utc)
        ? TextOptions.Default
        : _byZone.GetValue(session.TimeZone, static zone => new TextOptions { Zone = zone });

    internal static ZoneRules Zone(SessionValues session) => session.TimeZone;
}
