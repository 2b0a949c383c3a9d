using System.Text;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;
using Vectorized.Server.CommandLine;
using Vectorized.Server.Serve;
using Vectorized.Storage.Platform;

namespace Vectorized.Server.Shell;

/// <summary>
/// `vectorized sql FILE|-`: runs the statements of a file (or of standard input) in an embedded engine and prints each
/// result as psql does. Stops at the first error, which it shows with a caret; exit status 1.
/// </summary>
internal sealed class SqlCommand(Host host)
{
    internal static async Task<int> Run(IReadOnlyList<string> arguments, CommandContext context)
    {
        string? data = null;
        long memoryBytes = 0;
        while (arguments is [.., "--data" or "--memory", _])
        {
            if (arguments[^2] == "--data")
            {
                data = arguments[^1];
            }
            else
            {
                memoryBytes = OptionValues.MemoryBytes(arguments[^1]);
            }

            arguments = [.. arguments.SkipLast(2)];
        }

        if (arguments is not [var path] || path.StartsWith("--", StringComparison.Ordinal))
        {
            throw new UsageException(
                "wants a file of statements, or - for standard input; --data DIR behind it keeps the database there, "
                + "--memory SIZE limits the process's memory");
        }

        return await new SqlCommand(context.Host).Run(path, data, memoryBytes, context.Output, context.Error, context.Stop)
            .ConfigureAwait(false);
    }

    private async Task<int> Run(
        string path, string? data, long memoryBytes, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        string sql = path == "-"
            ? await Console.In.ReadToEndAsync(cancellation).ConfigureAwait(false)
            : ReadFile(path);
        await using var database = DatabaseOpener.Open(workers: 1, ["."], host, data, memoryBytes);
        using var session = database.Connect("root", "dev");
        session.NoticeReceived = notice => errors.WriteLine($"{notice.Severity}:  {notice.Message}");
        try
        {
            foreach (var statement in SqlParser.Parse(sql))
            {
                TablePrinter.Print(await ResultTable.Run(session, statement, cancellation).ConfigureAwait(false), output);
            }

            return 0;
        }
        catch (SqlException e)
        {
            ErrorPrinter.Print(e, sql, errors);
            return 1;
        }
    }

    private string ReadFile(string path) => host.Files.FileExists(path)
        ? Encoding.UTF8.GetString(host.Files.ReadAll(path))
        : throw new SqlException(SqlState.UndefinedFile, $"file \"{path}\" does not exist");
}
