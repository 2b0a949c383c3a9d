using Vectorized.Engine.Serving;
using Vectorized.Tests.Connectors;

namespace Vectorized.Tests.Slt;

/// <summary>A database under a clock that moves when told.</summary>
internal sealed class ManualTime(Database database, ManualClock clock)
{
    private const int WaitsMax = 10_000;

    internal Task MoveTo(string timestamp) =>
        MoveTo((DateTime.SpecifyKind(DateTime.Parse(timestamp, System.Globalization.CultureInfo.InvariantCulture), DateTimeKind.Utc)
            - DateTime.UnixEpoch).Ticks / 10);

    /// <summary>Moves the clock and waits until what is due by then has happened.</summary>
    internal async Task MoveTo(long wallMicros)
    {
        clock.AdvanceTo(wallMicros);
        database.Lane.Signal();
        for (int i = 0; database.Lane.QuietUntilMicros <= clock.WallMicros; i++)
        {
            Assert.True(i < WaitsMax, "what is due does not happen");
            await Task.Delay(1);
        }
    }
}
