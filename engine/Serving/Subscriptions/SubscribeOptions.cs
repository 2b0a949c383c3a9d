using System.Globalization;
using Vectorized.Engine.Serving.Definitions;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Subscriptions;

/// <summary>What a SUBSCRIBE asks for in WITH (...) and AS OF.</summary>
/// <param name="Snapshot">Whether the rows at its first epoch come before the changes.</param>
/// <param name="Progress">Whether progress marks come.</param>
/// <param name="Since">The epoch whose changes were seen last; null: it starts now.</param>
/// <param name="LagRows">How many input rows it may fall behind before its hold on the past is let go.</param>
/// <param name="ProgressMillis">How often a progress mark comes while nothing changes.</param>
/// <param name="RetainMillis">For how long what was sent can be asked for again, by a reader that lost its connection, too.</param>
internal sealed record SubscribeOptions(
    bool Snapshot, bool Progress, long? Since, long LagRows, long ProgressMillis, long RetainMillis)
{
    private const long ProgressMillisUsual = 1_000;
    private const long MillisMax = 3_600_000;
    internal const long LagRowsUsual = 4_000_000;

    /// <summary>Errors: 22023 an unknown option or a value out of place.</summary>
    internal static SubscribeOptions Parse(SubscribeStatement statement)
    {
        long? since = statement.AsOf;
        bool? snapshot = null;
        bool progress = true;
        long lagRows = LagRowsUsual;
        long progressMillis = ProgressMillisUsual;
        long retainMillis = 0;
        var texts = WithOptions.Texts(statement.Options);
        foreach (var option in statement.Options)
        {
            string text = texts[option.Name.ToLowerInvariant()];
            switch (option.Name.ToLowerInvariant())
            {
                case "snapshot":
                    snapshot = Boolean(option, text);
                    break;
                case "progress":
                    progress = Boolean(option, text);
                    break;
                case "since" when since is null:
                    since = Number(option, text);
                    break;
                case "lag_rows":
                    lagRows = Number(option, text);
                    break;
                case "progress_ms":
                    progressMillis = Number(option, text) is > 0 and <= MillisMax and var millis ? millis : throw Invalid(option, text);
                    break;
                case "retain_ms":
                    retainMillis = Number(option, text) is <= MillisMax and var kept ? kept : throw Invalid(option, text);
                    break;
                default:
                    throw WithOptions.Unexpected(option);
            }
        }

        if (since is not null && snapshot == true)
        {
            throw new SqlException(
                SqlState.InvalidParameterValue, "a subscription that resumes after an epoch has no snapshot", statement.Position);
        }

        return new SubscribeOptions(since is null && snapshot != false, progress, since, lagRows, progressMillis, retainMillis);
    }

    private static bool Boolean(Option option, string text) => text.ToLowerInvariant() switch
    {
        "true" or "on" or "1" => true,
        "false" or "off" or "0" => false,
        _ => throw Invalid(option, text),
    };

    private static long Number(Option option, string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : throw Invalid(option, text);

    private static SqlException Invalid(Option option, string text) => new(
        SqlState.InvalidParameterValue, $"invalid value for option \"{option.Name}\": \"{text}\"", option.Position);
}
