using System.Net.Sockets;

namespace Vectorized.Storage.Platform;

/// <summary>
/// Makes the kernel notice peers that vanished without a word (a pulled cable, a lost machine): accepted sockets inherit
/// what is set on the listening one.
/// </summary>
public static class TcpKeepAlive
{
    private const int IdleSeconds = 60;
    private const int IntervalSeconds = 10;
    private const int RetriesMax = 6;

    public static Socket Enable(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, IdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, IntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, RetriesMax);
        return socket;
    }
}
