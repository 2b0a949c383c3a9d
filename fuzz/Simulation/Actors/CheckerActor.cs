using Vectorized.Fuzz.Generation;
using Vectorized.Fuzz.Simulation.World;

namespace Vectorized.Fuzz.Simulation.Actors;

/// <summary>Holds views against their queries while everything else goes on.</summary>
internal sealed class CheckerActor(int number, Dice dice, Schema schema) : Actor($"checker{number}", dice)
{
    protected override void Recover(Client client)
    {
    }

    protected override void Step(Client client)
    {
        var views = schema.Comparable.ToList();
        if (views.Count > 0)
        {
            var (view, query) = Dice.Pick(views);
            ViewCheck.Check(client, schema, view, query);
        }
    }
}
