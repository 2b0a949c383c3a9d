using Vectorized.Engine.Sql;
using Vectorized.Engine.Types;

namespace Vectorized.Engine.Serving.Definitions;

/// <summary>Plans a definition and hands it to the main lane; plans again when the catalog has moved in between.</summary>
internal static class DefinitionRunner
{
    private const int TriesMax = 10;

    internal static async ValueTask Run(Session session, Statement statement, CancellationToken cancellation = default)
    {
        // Within a block it is a transaction of its own, as in RisingWave: it sees what is published now, and so does
        // the block from then on.
        session.Block?.Renew();
        try
        {
            await RunAlone(session, statement, cancellation).ConfigureAwait(false);
        }
        finally
        {
            session.Block?.Renew();
        }
    }

    private static async ValueTask RunAlone(Session session, Statement statement, CancellationToken cancellation)
    {
        string text = statement.ToString();
        for (int i = 0; i < TriesMax; i++)
        {
            var planned = DefinitionPlanner.Plan(session, statement);
            if (planned.After is null)
            {
                return;
            }

            var command = new CatalogCommand(session.Database, planned.Before, planned.After, text)
            {
                Fill = planned.Fill is { } fill ? new Writes.TableFill(fill, session.Values) : null,
            };
            session.Database.Lane.Enqueue(command);
            using var cancelling = cancellation.Register(() =>
            {
                command.Cancel();
                session.Database.Lane.Signal();
            });
            try
            {
                await command.Published.ConfigureAwait(false);
                return;
            }
            catch (CatalogChanged)
            {
                // Another definition was first: what this one was planned on is gone, so plan again.
                continue;
            }
        }

        throw new SqlException(
            SqlState.SerializationFailure, "the catalog kept changing while this definition was planned", hint: "Run it again.");
    }
}
