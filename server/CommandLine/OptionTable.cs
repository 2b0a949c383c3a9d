using System.Text;

namespace Vectorized.Server.CommandLine;

/// <summary>
/// All options of a command in one table that binds them from arguments or a file, checks them and prints their help.
/// `--name value` and `--name=value` are the same; a later one wins.
/// </summary>
internal sealed class OptionTable<T>(string usage, string summary, IReadOnlyList<CommandOption<T>> options)
{
    private const int TextColumn = 26;

    public IReadOnlyList<CommandOption<T>> Options { get; } = options;

    /// <summary>True when the arguments ask for help instead.</summary>
    public static bool AsksForHelp(IReadOnlyList<string> arguments) =>
        arguments.Any(a => a is "--help" or "-h" or "-?");

    public T Bind(T defaults, IReadOnlyList<string> arguments)
    {
        var bound = defaults;
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                throw new UsageException($"unexpected argument \"{argument}\"");
            }

            int equals = argument.IndexOf('=');
            var option = Find(equals < 0 ? argument[2..] : argument[2..equals]);
            string value;
            if (equals >= 0)
            {
                value = argument[(equals + 1)..];
            }
            else if (option.Value is null)
            {
                value = "";
            }
            else if (++i < arguments.Count)
            {
                value = arguments[i];
            }
            else
            {
                throw new UsageException($"--{option.Name} wants a value: --{option.Name} {option.Value}");
            }

            bound = option.Set(bound, value);
        }

        return bound;
    }

    /// <summary>Binds lines of `name = value`; `#` begins a comment.</summary>
    public T BindFile(T defaults, string text)
    {
        var bound = defaults;
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            int equals = line.IndexOf('=');
            if (equals <= 0)
            {
                throw new UsageException($"line {i + 1}: write name = value, not \"{line}\"");
            }

            string value = line[(equals + 1)..].Trim();
            bound = Find(line[..equals].Trim()).Set(bound, value.Trim('"'));
        }

        return bound;
    }

    public string Help()
    {
        var help = new StringBuilder();
        help.Append("usage: ").AppendLine(usage).AppendLine().AppendLine(summary).AppendLine();
        foreach (var option in Options)
        {
            string left = $"  --{option.Name}{(option.Value is null ? "" : " " + option.Value)}";
            string[] lines = option.Description.Split('\n');
            if (left.Length >= TextColumn)
            {
                help.AppendLine(left);
                left = "";
            }

            help.Append(left.PadRight(TextColumn)).AppendLine(lines[0]);
            foreach (string line in lines.Skip(1))
            {
                help.Append(' ', TextColumn).AppendLine(line);
            }
        }

        return help.ToString();
    }

    private CommandOption<T> Find(string name) => Options.FirstOrDefault(o => o.Name == name)
        ?? throw new UsageException($"unknown option --{name}{Closest(name)}");

    private string Closest(string name)
    {
        var near = Options.Select(o => (o.Name, Distance: EditDistance(o.Name, name))).MinBy(o => o.Distance);
        return near.Distance <= 2 ? $"; did you mean --{near.Name}?" : "";
    }

    private static int EditDistance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
