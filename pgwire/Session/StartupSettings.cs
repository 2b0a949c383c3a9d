using System.Text;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Types;
using Vectorized.Pgwire.Protocol;

namespace Vectorized.Pgwire.Session;

/// <summary>Session settings given at connect: parameters of their own, and `options` with -c name=value.</summary>
internal static class StartupSettings
{
    /// <summary>What drivers send that has no meaning here and no harm.</summary>
    private static readonly HashSet<string> _ignored = new(StringComparer.OrdinalIgnoreCase)
    {
        "geqo", "bytea_output", "fallback_application_name", "row_security", "client_connection_check_interval",
        "tcp_keepalives_idle", "work_mem", "jit", "plan_cache_mode", "synchronous_commit",
    };

    public static void Apply(SessionSettings settings, StartupMessage startup)
    {
        settings.Set("session_authorization", settings.User);
        foreach (var (name, value) in startup.Parameters)
        {
            switch (name)
            {
                case "user" or "database" or "replication":
                    break;
                case "options":
                    ApplyOptions(settings, value);
                    break;
                default:
                    Apply(settings, name, value);
                    break;
            }
        }
    }

    private static void Apply(SessionSettings settings, string name, string value)
    {
        if (!_ignored.Contains(name))
        {
            settings.Set(name, value);
        }
    }

    /// <summary>`-c a=b -cc=d --e=f`, blanks and backslashes escaped by a backslash.</summary>
    private static void ApplyOptions(SessionSettings settings, string options)
    {
        var words = SplitWords(options);
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];
            string assignment;
            if (word.StartsWith("--", StringComparison.Ordinal))
            {
                assignment = word[2..];
            }
            else if (word == "-c" && i + 1 < words.Count)
            {
                assignment = words[++i];
            }
            else if (word.StartsWith("-c", StringComparison.Ordinal) && word.Length > 2)
            {
                assignment = word[2..];
            }
            else
            {
                throw new SqlException(
                    SqlState.SyntaxError, $"invalid command-line argument for server process: {word}");
            }

            int equals = assignment.IndexOf('=');
            if (equals <= 0)
            {
                throw new SqlException(SqlState.SyntaxError, $"-c {assignment} requires a value");
            }

            Apply(settings, assignment[..equals].Replace('-', '_'), assignment[(equals + 1)..]);
        }
    }

    private static List<string> SplitWords(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length)
            {
                word.Append(text[++i]);
            }
            else if (!char.IsWhiteSpace(text[i]))
            {
                word.Append(text[i]);
            }
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            words.Add(word.ToString());
        }

        return words;
    }
}
