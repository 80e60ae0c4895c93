import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// HTTP/1.1 as Hummingbird speaks it, with a guard on each connection: a probe at the wire's end of the pipeline, and
/// the guard itself behind the HTTP decoder.
struct GuardedHTTP1: ServerChildChannel {
    let http: HTTP1Channel
    let limits: ServerLimits
    /// Makes the answer to what never reached a route.
    let refusal: @Sendable (Problem) -> Answer

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        http.setup(channel: channel, logger: logger).flatMapThrowing { connection in
            // A connection that is accepted while the server stops is taken by nobody, and NIO ends the process over
            // one that is let go before it is closed.
            channel.closeFuture.whenComplete { _ in withExtendedLifetime(connection) {} }
            try install(on: channel)
            return connection
        }
    }

    /// The requests of a connection are carried out on its event loop: else each step of each would change threads
    /// twice.
    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) {
            await http.handle(value: value, logger: logger)
        }
    }

    private func install(on channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        let connection = ConnectionGuard(limits, at: channel.eventLoop.now, refusal: refusal)
        let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
        try pipeline.addHandler(connection, position: .after(decoder))
        try pipeline.addHandler(ArrivalProbe(connection), position: .first)
    }
}

/// Tells the guard that bytes came.
private final class ArrivalProbe: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: ConnectionGuard

    init(_ connection: ConnectionGuard) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.bytesArrived(at: context.eventLoop.now)
        context.fireChannelRead(data)
    }
}
