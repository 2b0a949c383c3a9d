using System.Buffers.Binary;

namespace Vectorized.Pgwire.Protocol;

/// <summary>The packet of a connection that only asks to cancel another one's query. Never answered.</summary>
internal readonly record struct CancelRequestMessage(int ProcessId, uint Key)
{
    /// <summary>False when the packet is not of protocol 3.0's length.</summary>
    public static bool TryRead(ReadOnlySpan<byte> packet, out CancelRequestMessage message)
    {
        if (packet.Length != 12)
        {
            message = default;
            return false;
        }

        message = new CancelRequestMessage(
            BinaryPrimitives.ReadInt32BigEndian(packet[4..]), BinaryPrimitives.ReadUInt32BigEndian(packet[8..]));
        return true;
    }
}
