using System.Text;
using Vectorized.Connectors;
using Vectorized.Engine.Dataflow.Sources;
using Vectorized.Engine.Serving;
using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;
using Vectorized.Storage.Platform;

namespace Vectorized.Server.Shell;

/// <summary>
/// `vectorized sql FILE|-`: runs the statements of a file (or of standard input) in an embedded engine and prints each
/// result as psql does. Stops at the first error, which it shows with a caret; exit status 1.
/// </summary>
internal sealed class SqlCommand(Host host)
{
    internal const string Help = "vectorized sql FILE|-   run statements in an embedded engine, print results";

    internal async Task<int> Run(string path, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        string sql = path == "-"
            ? await Console.In.ReadToEndAsync(cancellation).ConfigureAwait(false)
            : ReadFile(path);
        var options = new DatabaseOptions { FileRoots = [host.Files.RealPath("."), host.Files.TemporaryDirectory] };
        await using var database = Database.Open(options, host, new SourceConnectors().AddBuiltin());
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
