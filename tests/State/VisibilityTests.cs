using Vectorized.Engine.State;
using Vectorized.Storage.Platform;

namespace Vectorized.Tests.State;

public sealed unsafe class VisibilityTests
{
    [Fact]
    public void Select_AnyLengthAndDensity_EqualsRowByRow()
    {
        var random = new SeededRandom(3);
        for (int length = 0; length < 60; length++)
        {
            foreach (int spread in new[] { 1, 3, 20 })
            {
                uint[] births = [.. Enumerable.Range(0, length).Select(_ => random.Next(9) == 0 ? ChunkHeader.NeverBorn : (uint)random.Next(spread))];
                uint[] deaths = [.. births.Select(b => random.Next(2) == 0 ? ChunkHeader.Alive : b + (uint)random.Next(spread))];
                uint[] vector = new uint[length];
                uint[] scalar = new uint[length];
                fixed (uint* b = births)
                {
                    fixed (uint* d = deaths)
                    {
                        foreach (bool withDeaths in new[] { true, false })
                        {
                            int found = Visibility.Select(b, withDeaths ? d : null, length, 5, 1000, vector);
                            int expected = Visibility.SelectScalar(b, withDeaths ? d : null, 0, length, 5, 1000, scalar, 0);
                            Assert.Equal(scalar[..expected], vector[..found]);
                        }
                    }
                }
            }
        }
    }
}
