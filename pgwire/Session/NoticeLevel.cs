namespace Vectorized.Pgwire.Session;

/// <summary>Severities in client_min_messages' order.</summary>
internal static class NoticeLevel
{
    private static readonly string[] _ascending =
        ["DEBUG5", "DEBUG4", "DEBUG3", "DEBUG2", "DEBUG1", "DEBUG", "LOG", "NOTICE", "WARNING", "ERROR"];

    /// <summary>INFO always goes out; a severity nobody knows does, too.</summary>
    public static bool IsWanted(string severity, string threshold)
    {
        int level = Array.IndexOf(_ascending, severity.ToUpperInvariant());
        int lowest = Array.IndexOf(_ascending, threshold.ToUpperInvariant());
        return level < 0 || lowest < 0 || level >= lowest;
    }
}
